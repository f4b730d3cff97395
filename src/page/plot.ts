/** @file The frame that every drawing of a page shares: an SVG with a title for screen readers, axes, grid and scales. */

import { type Content, html, type Markup } from './html.ts';

const WIDTH = 460;
const HEIGHT = 280;
const LEFT = 52;
const RIGHT = 14;
const TOP = 14;
const BOTTOM = 44;

export interface Axis {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  readonly show: (value: number) => string;
}

export interface Frame {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** Draws axes and whatever `inside` puts into the frame. `title` says what can be seen, for those who cannot see it. */
export function plot(title: string, horizontal: Axis, vertical: Axis, inside: (frame: Frame) => Content): Markup {
  const x = scale(horizontal, LEFT, WIDTH - RIGHT);
  const y = scale(vertical, HEIGHT - BOTTOM, TOP);
  const bottom = HEIGHT - BOTTOM;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}"><title>${title}</title>
${vertical.ticks.map((tick) => html`<line class="gridline" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(y(tick))}" y2="${px(y(tick))}"/><text class="end" x="${LEFT - 8}" y="${px(y(tick) + 4)}">${vertical.show(tick)}</text>`)}
${horizontal.ticks.map((tick) => html`<text class="middle" x="${px(x(tick))}" y="${bottom + 18}">${horizontal.show(tick)}</text>`)}
<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${bottom}" y2="${bottom}"/>
<text class="middle" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}">${horizontal.label}</text>
<text class="middle" transform="rotate(-90)" x="${-(TOP + bottom) / 2}" y="13">${vertical.label}</text>
${inside({ x, y })}
</svg>`;
}

/** A line through points that are drawn in the frame. */
export function polyline({ x, y }: Frame, points: readonly { readonly x: number; readonly y: number }[], className: string): Markup {
  return html`<polyline class="${className}" points="${points.map((point) => `${px(x(point.x))},${px(y(point.y))}`).join(' ')}"/>`;
}

/** From 0 to 1 in fifths. */
export function unitAxis(label: string): Axis {
  return { label, from: 0, to: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], show: (value) => value.toFixed(1) };
}

/** Round ticks around the values; the axis ends on ticks. */
export function niceAxis(
  label: string,
  values: readonly number[],
  options: { readonly zero?: boolean; readonly integer?: boolean } = {},
): Axis {
  const low = Math.min(...(options.zero ? [0] : []), ...values);
  const narrowest = options.integer === true ? 1 : Math.max(Math.abs(low) / 100, 1e-6);
  const high = Math.max(...values, low + narrowest);
  const step = niceStep((high - low) / 4, options.integer === true);
  const from = Math.floor(low / step + 1e-9) * step;
  const count = Math.max(1, Math.ceil((high - from) / step - 1e-9));
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const compact = Math.max(Math.abs(from), Math.abs(high)) >= 10_000;
  const show = (value: number): string =>
    compact ? value.toLocaleString('en-US', { notation: 'compact', maximumFractionDigits: 2 }) : value.toFixed(Math.min(digits, 6));
  return { label, from, to: from + count * step, ticks: Array.from({ length: count + 1 }, (_, i) => from + i * step), show };
}

/** Coordinates need no more than a tenth of a pixel. */
export const px = (value: number): string => String(Math.round(value * 10) / 10);

function scale({ from, to }: Axis, start: number, end: number): (value: number) => number {
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

/** 1, 2 or 5 times a power of ten, at least `rough`. */
function niceStep(rough: number, isInteger: boolean): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  return isInteger ? Math.max(1, Math.round(step)) : step;
}
