/** @file The profile as a page: one HTML file without scripts or network, to read, print, or hand to a customer. */

import { whole } from '../../../page/format.ts';
import { html } from '../../../page/html.ts';
import { style } from '../../../page/style.ts';
import type { Profile } from '../profile.ts';
import { columnSection } from './columns.ts';
import {
  associationSection,
  duplicateSection,
  headline,
  methodSection,
  missingSection,
  personalSection,
  targetSection,
  warningSection,
} from './sections.ts';

/** Every name and value of the data comes out as text: none of it can become markup. `createdAt` is ISO 8601. */
export function renderProfile(profile: Profile, { createdAt }: { readonly createdAt: string }): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Moat">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${profile.dataset} · data profile</title>
${style}
${ownStyle}
</head>
<body>
<main>
<header>
<p class="eyebrow">Moat · data profile</p>
<h1>${profile.dataset}</h1>
<p class="lead">${whole(profile.rowCount)} rows in ${whole(profile.columns.length)} columns · version ${profile.version.slice(0, 12)} · ${createdAt.slice(0, 10)}</p>
</header>
${headline(profile)}
${warningSection(profile)}
${targetSection(profile)}
${columnSection(profile)}
${missingSection(profile)}
${associationSection(profile)}
${duplicateSection(profile)}
${personalSection(profile)}
${methodSection(profile)}
<footer>Made by Moat on ${createdAt} of dataset version ${profile.version}.</footer>
</main>
</body>
</html>
`;
  return page.text;
}

const ownStyle = html`<style>
.columns { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 310px), 1fr)); gap: 14px; }
.column { display: flex; flex-direction: column; }
.column h3 { overflow-wrap: anywhere; }
.column h3 .tag { font-weight: 550; margin-left: 4px; }
.column figcaption { margin-top: auto; padding-top: 8px; border-top: 1px solid var(--line); font-size: 12.5px; }
.column dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; margin: 10px 0; font-size: 13.5px; font-variant-numeric: tabular-nums; }
.column dt { color: var(--muted); } .column dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
.nodrawing { color: var(--muted); font-size: 13.5px; border: 1px dashed var(--line); border-radius: 8px; padding: 34px 12px; text-align: center; margin: 0; }
.share { display: inline-block; width: 60px; height: 8px; border-radius: 4px; background: var(--grid); margin-right: 8px; vertical-align: 1px; overflow: hidden; }
.share i { display: block; height: 100%; background: var(--second); }
.track { fill: var(--grid); } .rest { fill: var(--muted); opacity: 0.45; }
.gap { fill: var(--second); } .known { fill: var(--grid); } .same { fill: var(--line); }
.rising { fill: var(--heat); } .falling { fill: var(--second); }
svg text.small.on, svg text.small.off { font-size: 10.5px; font-weight: 550; }
.drawn { overflow-x: auto; margin: 10px 0 14px; } .drawn svg.wide { min-width: min(100%, 460px); margin: 0; }
.warnings { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 6px 20px 6px 44px; margin: 10px 0 14px; }
.warnings li { padding: 9px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; } .warnings li:first-child { border-top: 0; }
.warnings li::marker { color: var(--second); font-weight: 650; }
footer { overflow-wrap: anywhere; }
.method { color: var(--muted); font-size: 13.5px; padding-left: 20px; } .method li { margin: 4px 0; }
@media (max-width: 480px) { main { padding: 24px 14px 40px; } .cards { grid-template-columns: 1fr 1fr; } .card { padding: 14px; } .card .value { font-size: 26px; } }
@media print { .column { break-inside: avoid; } .drawn { overflow: visible; } }
</style>`;
