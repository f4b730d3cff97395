/** @file The look of Moat's pages: one style sheet, light and dark, on screen and on paper. */

import { html } from './html.ts';

export const style = html`<style>
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #16202c; --muted: #566373; --line: #dfe4ea; --grid: #e9edf1;
  --first: #1f5fbf; --second: #c2570c; --good: #14724a; --bad: #b3261e; --soft: #eef3fb; --goodsoft: #e6f4ec; --badsoft: #fbeae9; --heat: #174a96;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10151b; --card: #182029; --ink: #e8edf2; --muted: #a3b0be; --line: #2d3844; --grid: #26303b;
    --first: #7db1ff; --second: #f5a25d; --good: #62cf98; --bad: #ff8f87; --soft: #1d2b3d; --goodsoft: #173326; --badsoft: #3a2020; --heat: #2f66b8;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { font-size: 30px; line-height: 1.2; margin: 6px 0 8px; letter-spacing: -0.015em; overflow-wrap: anywhere; }
h2 { font-size: 20px; margin: 44px 0 6px; letter-spacing: -0.01em; }
h3 { font-size: 15px; margin: 0 0 8px; }
p { margin: 6px 0 14px; max-width: 75ch; }
.eyebrow { color: var(--first); font-size: 13px; font-weight: 650; letter-spacing: 0.04em; margin: 0; }
.lead { color: var(--muted); font-size: 16px; margin: 0; }
.note, .muted, figcaption { color: var(--muted); }
.note, figcaption { font-size: 13.5px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 14px; margin: 26px 0 14px; }
.card, figure { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px 20px; margin: 0; }
.card .name { color: var(--muted); font-size: 13.5px; }
.card .value { font-size: 34px; font-weight: 650; letter-spacing: -0.02em; line-height: 1.25; font-variant-numeric: tabular-nums; }
.card .range { font-size: 13.5px; color: var(--muted); font-variant-numeric: tabular-nums; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 14px; }
.scroll { background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow-x: auto; margin: 10px 0 14px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 14px 20px 4px; font-weight: 650; }
th, td { text-align: left; padding: 8px 12px; border-top: 1px solid var(--line); vertical-align: top; }
th:first-child, td:first-child { padding-left: 20px; }
th:last-child, td:last-child { padding-right: 20px; }
thead th { border-top: 0; color: var(--muted); font-weight: 600; font-size: 13px; white-space: nowrap; }
tbody th { font-weight: 550; }
tbody:first-child tr:first-child > * { border-top: 0; }
.num { text-align: right; white-space: nowrap; }
.wrap { overflow-wrap: anywhere; min-width: 16em; }
code { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.tag { display: inline-block; border-radius: 99px; padding: 1px 10px; font-size: 12.5px; font-weight: 600; white-space: nowrap; background: var(--grid); color: var(--ink); }
.tag.better { background: var(--goodsoft); color: var(--good); }
.tag.worse { background: var(--badsoft); color: var(--bad); }
.reasons { background: var(--soft); border-radius: 12px; padding: 14px 20px 14px 38px; margin: 10px 0 14px; }
.reasons li { margin: 3px 0; }
.facts td { white-space: normal; }
svg { display: block; width: 100%; height: auto; }
figure svg { max-width: 560px; margin: 0 auto; }
figure .legend svg { margin: 0 6px 0 0; }
svg.spark { width: 230px; min-width: 160px; }
svg text { fill: var(--muted); font-size: 12px; font-family: inherit; font-variant-numeric: tabular-nums; }
svg text.strong { fill: var(--ink); font-weight: 600; }
svg text.middle { text-anchor: middle; }
svg text.end { text-anchor: end; }
.gridline { stroke: var(--grid); stroke-width: 1; }
.axis { stroke: var(--muted); stroke-width: 1; }
.ideal { stroke: var(--muted); stroke-width: 1.2; stroke-dasharray: 4 4; fill: none; }
.first { stroke: var(--first); } .second { stroke: var(--second); }
.line { fill: none; stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; }
.dashed { stroke-dasharray: 6 4; }
.dot1 { fill: var(--first); } .dot2 { fill: var(--second); }
.area { fill: var(--first); opacity: 0.1; }
.bar1 { fill: var(--first); } .bar2 { fill: var(--second); }
.whisker { stroke-width: 2; }
.whisker.better { stroke: var(--good); } .whisker.worse { stroke: var(--bad); } .whisker.unclear { stroke: var(--muted); } .whisker.plain { stroke: var(--first); }
.point.better { fill: var(--good); } .point.worse { fill: var(--bad); } .point.unclear { fill: var(--muted); } .point.plain { fill: var(--first); }
.cell { fill: var(--heat); stroke: var(--card); stroke-width: 2; }
svg text.on { fill: #ffffff; font-size: 15px; font-weight: 600; } svg text.off { fill: var(--ink); font-size: 15px; font-weight: 600; }
svg text.small { font-size: 11px; font-weight: 550; }
.legend { display: flex; gap: 18px; flex-wrap: wrap; font-size: 13px; color: var(--muted); margin: 4px 0 0; padding: 0; list-style: none; }
.legend svg { display: inline-block; width: 22px; height: 10px; margin-right: 6px; vertical-align: 1px; }
footer { margin-top: 44px; padding-top: 16px; border-top: 1px solid var(--line); color: var(--muted); font-size: 13px; }
@media print {
  :root { color-scheme: light; --page: #ffffff; --card: #ffffff; --ink: #16202c; --muted: #4a5563; --line: #ccd3da; --grid: #e9edf1;
    --first: #1f5fbf; --second: #c2570c; --good: #14724a; --bad: #b3261e; --soft: #f3f6fb; --goodsoft: #e6f4ec; --badsoft: #fbeae9; --heat: #174a96; }
  main { max-width: none; padding: 0; }
  .card, figure, tr, .reasons { break-inside: avoid; }
  h2 { break-after: avoid; }
  .scroll { overflow: visible; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
</style>`;
