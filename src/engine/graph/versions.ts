/** @file Versions of ONNX that are read and written. */

export const oldestOpset = 13;
/** Older ones down to this can be rewritten when they are read. */
export const oldestUpgraded = 9;
export const newestOpset = 22;
/** What this engine writes: as new as needed, as old as other runtimes understand. */
export const defaultOpset = 21;

/** The file format that ONNX released together with each opset. */
export function irVersionOf(opset: number): number {
  if (opset <= 14) return 7;
  if (opset <= 18) return 8;
  if (opset <= 20) return 9;
  return 10;
}
