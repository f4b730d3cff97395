/** @file A provider that is not installed is an error that says what to install; a model at fault stays the model's fault. */

import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { createSession } from './session.ts';

function doubled() {
  const g = new GraphBuilder();
  const x = g.input('x', { dtype: 'float32', shape: [2] });
  g.output(g.add(x, x), 'y');
  return g.model();
}

test('a provider of another system', async () => {
  const refusal = createSession(doubled(), { provider: process.platform === 'darwin' ? 'dml' : 'coreml' });
  await expect(refusal).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE', kind: 'unavailable', fix: /part of (macOS|Windows) only/ });
});

test('a model that no provider runs is not blamed on the provider', async () => {
  const { graph, ...model } = doubled();
  const nodes = graph.nodes.map((node) => ({ ...node, opType: 'Nonsense' }));
  await expect(createSession({ ...model, graph: { ...graph, nodes } }, { provider: 'coreml' })).rejects.toMatchObject({
    code: 'SESSION_CREATE',
  });
});
