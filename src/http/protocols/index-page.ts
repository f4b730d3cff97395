/** @file The page at `/`: which models answer, and how to ask them. Static, without a script. */

import type { EndpointStats } from '../../serve/index.ts';

/** HTML of the page. Every name is escaped: a model may be called anything. */
export function indexPage(models: readonly { readonly model: string }[], endpoints: readonly EndpointStats[]): string {
  const rows = models.map(({ model }) => {
    const running = endpoints.filter((endpoint) => endpoint.model === model);
    const states = running.map(({ version, state }) => `version ${version}: ${state}`).join(', ') || 'starts when asked';
    const link = `/v2/models/${encodeURIComponent(model)}`;
    return `<tr><td>${escapeHtml(model)}</td><td>${escapeHtml(states)}</td><td><a href="${link}">inputs and outputs</a></td></tr>`;
  });
  const table = `<table><tr><th>Model</th><th>State</th><th></th></tr>${rows.join('')}</table>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Moat</title><meta name="viewport" content="width=device-width"><style>${STYLE}</style></head>
<body><h1>Moat</h1>
${models.length > 0 ? table : '<p>No model is registered yet: <code>moat train</code> makes the first.</p>'}
<h2>Ask a model</h2>
<pre>curl -s ORIGIN/v1/models/NAME:predict -H 'content-type: application/json' \\
  -d '{"instances": [{"column": "value"}]}'</pre>
<ul>
<li><a href="/openapi.json">OpenAPI description</a> of every route</li>
<li><a href="/v1/models">KServe V1</a> and <a href="/v2">Open Inference Protocol V2</a></li>
<li><a href="/api/models">Models</a>, <a href="/api/runs">runs</a>, <a href="/api/datasets">datasets</a>, <a href="/api/predictions">predictions</a></li>
<li><a href="/metrics">Metrics</a> for Prometheus, <a href="/readyz">readiness</a></li>
</ul></body></html>
`;
}

const STYLE =
  ':root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem}' +
  'table{border-collapse:collapse}th,td{text-align:left;padding:.3rem 1.2rem .3rem 0}pre{overflow:auto;padding:.8rem;border:1px solid #8886;border-radius:6px}';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
