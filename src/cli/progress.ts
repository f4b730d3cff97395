/** @file How long work is shown: a bar with rate and time left on a terminal, a plain line an epoch elsewhere. */

import type { TrainProgress } from '../model/index.ts';
import type { Stream } from './output.ts';

export interface ProgressView {
  show(event: TrainProgress): void;
  /** Clears the bar before something else is printed. */
  done(): void;
}

const barWidth = 24;
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
      stream.write(`\r\x1b[2K${fit(barOf(event), stream.columns || usualColumns)}`);
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

function barOf(event: Step): string {
  const share = (event.epoch - 1 + event.step / event.steps) / event.epochs;
  const full = Math.round(share * barWidth);
  const bar = '█'.repeat(full) + '░'.repeat(barWidth - full);
  const accuracy = event.accuracy === undefined ? '' : ` accuracy ${event.accuracy.toFixed(3)}`;
  return `  ${event.family} ${bar} epoch ${event.epoch}/${event.epochs} step ${event.step}/${event.steps} loss ${event.loss.toFixed(4)}${accuracy} ${Math.round(event.samplesPerSecond)} samples/s ${duration(event.etaSeconds)} left`;
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

const fit = (text: string, columns: number): string => (text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`);
