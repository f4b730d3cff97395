/** @file How long work is shown: a bar with rate and time left on a terminal, a plain line an epoch elsewhere. */

import type { TrainProgress } from '../model/index.ts';
import type { Stream } from './output.ts';

export interface ProgressView {
  show(event: TrainProgress): void;
  /** Clears the bar before something else is printed. */
  done(): void;
}

const widestBar = 24;
/** A narrower bar shows nothing; the words are shortened instead. */
const narrowestBar = 6;
/** Of a terminal that does not say how wide it is. */
const usualColumns = 80;
/** A terminal is redrawn at most this often. */
const redrawEveryMs = 80;

/** Draws on `stream` (standard error), so that results on standard output stay clean. */
export function createProgress(stream: Stream, now: () => number = Date.now): ProgressView {
  return stream.isTTY === true ? terminalView(stream, now) : lineView(stream);
}

function terminalView(stream: Stream, now: () => number): ProgressView {
  let drawnAt = 0;
  let isDrawn = false;
  const clear = (): void => {
    if (isDrawn) stream.write('\r\x1b[2K');
    isDrawn = false;
  };
  return {
    show(event) {
      if (event.kind !== 'step') {
        clear();
        stream.write(`${lineOf(event)}\n`);
        return;
      }
      if (now() - drawnAt < redrawEveryMs && event.step < event.steps) return;
      drawnAt = now();
      stream.write(`\r\x1b[2K${barOf(event, stream.columns || usualColumns)}`);
      isDrawn = true;
    },
    done: clear,
  };
}

function lineView(stream: Stream): ProgressView {
  return {
    show(event) {
      if (event.kind !== 'step') stream.write(`${lineOf(event)}\n`);
    },
    done: () => undefined,
  };
}

type Step = Extract<TrainProgress, { kind: 'step' }>;

/** The bar takes the room that the words leave on one line. */
function barOf(event: Step, columns: number): string {
  const { family, epoch, epochs, step, steps, loss, accuracy } = event;
  const rate = `${Math.round(event.samplesPerSecond)} samples/s ${duration(event.etaSeconds)} left`;
  const hit = (word: string): string => (accuracy === undefined ? '' : ` ${word} ${accuracy.toFixed(3)}`);
  const full = `epoch ${epoch}/${epochs} step ${step}/${steps} loss ${loss.toFixed(4)}${hit('accuracy')} ${rate}`;
  const brief = `${epoch}/${epochs} ${step}/${steps} loss ${loss.toFixed(3)}${hit('acc')} ${rate}`;
  // the last column stays free: some terminals wrap there
  const roomFor = (text: string): number => columns - 1 - family.length - 2 - text.length;
  const words = roomFor(full) >= narrowestBar ? full : brief;
  const width = Math.max(0, Math.min(widestBar, roomFor(words)));
  const filled = Math.round(((epoch - 1 + step / steps) / epochs) * width);
  return `${family} ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${words}`.slice(0, Math.max(0, columns - 1));
}

function lineOf(event: Exclude<TrainProgress, Step>): string {
  if (event.kind === 'note') return `  ${event.family}: ${event.text}`;
  const numbers = [
    `loss ${event.loss.toFixed(4)}`,
    event.accuracy === undefined ? '' : `accuracy ${event.accuracy.toFixed(3)}`,
    event.validationLoss === undefined ? '' : `validation loss ${event.validationLoss.toFixed(4)}`,
    event.validationAccuracy === undefined ? '' : `validation accuracy ${event.validationAccuracy.toFixed(3)}`,
    `${event.seconds.toFixed(1)} s`,
  ];
  return `  ${event.family}: epoch ${event.epoch}/${event.epochs}  ${numbers.filter((part) => part !== '').join('  ')}`;
}

/** Seconds as people say them: `42 s`, `3 min 05 s`, `1 h 12 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}
