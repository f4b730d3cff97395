/** @file Clipping by the global norm (Pascanu et al. 2013): all gradients together never step further than `clipNorm`. */

/** The factor on every gradient: 1, or what brings a norm above `clipNorm` down to it. */
export function clipScale(gradientNorm: number, clipNorm: number | undefined): number {
  return clipNorm === undefined || gradientNorm <= clipNorm ? 1 : clipNorm / gradientNorm;
}
