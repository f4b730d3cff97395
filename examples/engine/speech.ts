/**
 * @file A talking machine of two pages: a buzz (or hiss) through three resonances, which is what a mouth is (formant synthesis, as in Klatt 1980). Words are strings
 * of vowels and `s`; speakers differ in pitch, size and speed.
 */

import { createRandom, type Random } from 'moatml/engine';

export const sampleRate = 16_000;

/** Resonances in hertz of a man's vowels (Peterson & Barney 1952). */
const formants: Readonly<Record<string, readonly [number, number, number]>> = {
  i: [270, 2290, 3010],
  e: [530, 1840, 2480],
  a: [730, 1090, 2440],
  o: [570, 840, 2410],
  u: [300, 870, 2240],
  r: [490, 1350, 1690],
};

export interface Speaker {
  /** Of the voice, in hertz. */
  readonly pitch: number;
  /** 1 for a man of the table; smaller people resonate higher. */
  readonly size: number;
  /** 1 is a quarter of a second a sound. */
  readonly speed: number;
}

export function speakerOf(random: Random): Speaker {
  return { pitch: 90 + 150 * random.uniform(), size: 0.85 + 0.4 * random.uniform(), speed: 0.8 + 0.5 * random.uniform() };
}

/** One word, loud as int16 samples are, in the middle of `length` samples with noise all around. `loudness` of the noise: 1 is as loud as the word. */
export function speak(
  word: string,
  { pitch, size, speed }: Speaker,
  { length, noise, seed }: { length: number; noise: number; seed: number },
): Float32Array {
  const random = createRandom(seed);
  const sounds = [...word];
  const soundLength = Math.floor(Math.min((0.25 * sampleRate) / speed, (0.95 * length) / sounds.length));
  const wave = new Float32Array(length);
  const from = Math.floor(random.uniform() * (length - soundLength * sounds.length));
  const resonators = [60, 90, 150].map(() => ({ y1: 0, y2: 0 }));
  let phase = 0;
  for (let n = 0; n < soundLength * sounds.length; n++) {
    const place = n / soundLength;
    const [before, after] = [sounds[Math.floor(place)] as string, sounds[Math.min(sounds.length - 1, Math.floor(place) + 1)] as string];
    // The mouth moves on during the last third of a sound.
    const share = Math.max(0, 3 * (place % 1) - 2);
    const isHiss = before === 's';
    phase += (pitch * (1 - 0.15 * (n / (soundLength * sounds.length)))) / sampleRate;
    const pulse = phase >= 1 ? 1 : 0;
    phase %= 1;
    const source = isHiss ? 0.05 * random.normal() : pulse + 0.01 * random.normal();
    const at = (f: number): number => {
      const [a, b] = [before, after].map((sound) => (formants[sound] ?? [4000, 5000, 6000])[f] as number) as [number, number];
      return (isHiss ? 3500 + 1000 * f : (1 - share) * a + share * b) / size;
    };
    // Each resonator: y = x + 2·r·cos(ω)·y₁ − r²·y₂, with r = exp(−π · bandwidth / rate).
    const sample = resonators.reduce((x, state, f) => {
      const [omega, r] = [(2 * Math.PI * Math.min(7500, at(f))) / sampleRate, Math.exp((-Math.PI * (60 + 40 * f)) / sampleRate)];
      const y = (1 - r) * 8 * x + 2 * r * Math.cos(omega) * state.y1 - r * r * state.y2;
      [state.y2, state.y1] = [state.y1, y];
      return y;
    }, source);
    wave[from + n] = sample * Math.sin(Math.PI * Math.min(1, (n + 1) / (soundLength * sounds.length))) ** 0.5;
  }
  const power = Math.sqrt(wave.reduce((sum, value) => sum + value * value, 0) / (soundLength * sounds.length));
  return wave.map((value) => 3000 * (value / power + noise * random.normal()));
}
