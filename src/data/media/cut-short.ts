/** @file Whether a sound file ends before its header says. Decoders hand out what is there without a word. */

/**
 * Of wav and FLAC; the others do not say how long they are, or lose their last page, which their decoders notice.
 * @param sampleCount samples a channel that were decoded, of the whole file
 */
export function isCutShort(format: string, bytes: Uint8Array, sampleCount: number): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (format === 'wav') return isWavCutShort(view);
  return format === 'flac' && sampleCount < flacSamples(view);
}

/** A program that writes to a pipe cannot know the length, and says so much. */
const UNKNOWN_FROM = 0x7fffffff;

/** RIFF: chunks of four letters, a length and as many bytes, filled up to an even number. */
function isWavCutShort(wav: Buffer): boolean {
  for (let at = 12; at + 8 <= wav.length; ) {
    const length = wav.readUInt32LE(at + 4);
    const end = at + 8 + length;
    if (wav.toString('latin1', at, at + 4) === 'data') return length < UNKNOWN_FROM && end > wav.length;
    at = end + (length % 2);
  }
  return false;
}

/** Samples a channel: the last 36 of the 64 bits at byte 10 of the block STREAMINFO (RFC 9639, section 8.2); 0 where unknown. */
function flacSamples(flac: Buffer): number {
  return flac.length < 26 ? 0 : Number(BigInt.asUintN(36, flac.readBigUInt64BE(18)));
}
