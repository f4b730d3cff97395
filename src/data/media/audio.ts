/**
 * @file Sound files: wav, mp3, flac and ogg, as the loudness of bands of pitch over time. The only door to audio-decode.
 *
 * A clip is read as its log-mel spectrogram, one byte a band and moment, so whatever learns from pictures learns from sounds.
 */

import decode, { type StreamDecoder } from 'audio-decode';
import { isCutShort } from './cut-short.ts';
import { type MediaKind, UnreadableMedia } from './media-kind.ts';
import { resample } from './resample.ts';
import { BANDS, FRAME_SECONDS, logMel, SAMPLE_RATE } from './spectrogram.ts';

export const audioFiles: MediaKind = {
  type: 'audio',
  extensions: ['wav', 'mp3', 'flac', 'ogg', 'oga', 'opus'],
  summary: `wav, mp3, flac and ogg (Vorbis, Opus): mono at ${SAMPLE_RATE / 1000} kHz, as ${BANDS} bands of pitch every ${FRAME_SECONDS * 1000} ms; shorter clips end in silence, longer ones are cut.`,

  async shapeOf(files) {
    const seconds: number[] = [];
    for (const bytes of files) {
      const samples = await readSamples(bytes, LONGEST_SECONDS).catch(() => undefined);
      if (samples) seconds.push(samples.length / SAMPLE_RATE);
    }
    // nine of ten clips fit whole
    const needed = seconds.sort((a, b) => a - b)[Math.floor(0.9 * (seconds.length - 1))] ?? 1;
    const frames = framesOf(Math.min(LONGEST_SECONDS, Math.max(0.2, needed)));
    return {
      shape: [BANDS, frames, 1],
      why: `sound files, read up to ${secondsOf(frames)} s; the recipe can name another length under \`data\``,
    };
  },

  async decode(bytes, [, frames = 1]) {
    return logMel(await readSamples(bytes, secondsOf(frames)), frames);
  },
};

const LONGEST_SECONDS = 10;

/** Moments of a clip of so many seconds. */
export function framesOf(seconds: number): number {
  return Math.max(1, Math.round(seconds / FRAME_SECONDS));
}

function secondsOf(frames: number): number {
  return Math.round(frames * FRAME_SECONDS * 1000) / 1000;
}

/** How a file of each format begins. Nothing else reaches a decoder, whatever the name says. */
function formatOf(bytes: Uint8Array): 'wav' | 'mp3' | 'flac' | 'oga' | 'opus' {
  const text = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WAVE') return 'wav';
  if (text(0, 4) === 'fLaC') return 'flac';
  if (text(0, 4) === 'OggS') return text(28, 36) === 'OpusHead' ? 'opus' : 'oga';
  if (text(0, 3) === 'ID3' || (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe0) === 0xe0)) return 'mp3';
  throw new UnreadableMedia('it is no wav, mp3, flac or ogg');
}

const CHUNK_BYTES = 1 << 16;
/** Hz. Recorders of ultrasound have 768,000; the filter from here to ours grows with it. */
const HIGHEST_RATE = 1_000_000;

/** The first seconds as mono samples; what comes after is never decoded, however long the file claims to be. */
async function readSamples(bytes: Uint8Array, seconds: number): Promise<Float32Array> {
  const format = formatOf(bytes);
  let decoder: StreamDecoder | undefined;
  try {
    decoder = await decode[format]();
    const parts: Float32Array[] = [];
    let sampleRate = 0;
    let count = 0;
    const keep = ({ channelData, sampleRate: rate }: { channelData: Float32Array[]; sampleRate: number }): void => {
      if (channelData.length === 0 || (channelData[0]?.length ?? 0) === 0) return;
      sampleRate = rate;
      const wanted = Math.max(1, Math.ceil(seconds * rate) - count); // some bytes of a damaged file unpack to minutes
      const mono = mixDown(channelData.map((channel) => channel.subarray(0, wanted)));
      parts.push(mono);
      count += mono.length;
    };
    const isEnough = (): boolean => sampleRate > 0 && count >= seconds * sampleRate;
    for (let at = 0; at < bytes.length && !isEnough(); at += CHUNK_BYTES) keep(await decoder(bytes.subarray(at, at + CHUNK_BYTES)));
    if (!isEnough()) keep(await decoder.flush());
    if (count === 0) throw new UnreadableMedia('it holds no sound');
    if (!isEnough() && isCutShort(format, bytes, count)) throw new UnreadableMedia('it is cut short');
    if (sampleRate > HIGHEST_RATE)
      throw new UnreadableMedia(`it claims more than ${HIGHEST_RATE.toLocaleString('en-US')} samples a second`);
    const samples = new Float32Array(Math.min(count, Math.ceil(seconds * sampleRate)));
    let at = 0;
    for (const part of parts) {
      samples.set(part.subarray(0, samples.length - at), at);
      at = Math.min(samples.length, at + part.length);
    }
    decoder.free(); // fails where the file made the decoder write beyond its memory: the samples are not to be trusted
    return resample(samples, sampleRate, SAMPLE_RATE);
  } catch (error) {
    release(decoder);
    throw error instanceof UnreadableMedia ? error : new UnreadableMedia('it is damaged or cut short', error);
  }
}

function release(decoder: StreamDecoder | undefined): void {
  try {
    decoder?.free();
  } catch {
    // what is wrong with the file was said already; the memory of the decoder goes with it
  }
}

/** The mean of the channels. What is no number is silence: damaged files decode to such. */
function mixDown(channels: readonly Float32Array[]): Float32Array {
  return Float32Array.from(channels[0] as Float32Array, (_, i) => {
    const mean = channels.reduce((sum, channel) => sum + (channel[i] ?? 0), 0) / channels.length;
    return Number.isFinite(mean) ? mean : 0;
  });
}
