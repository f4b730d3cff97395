import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint, type RunIdentity } from './checkpoint.ts';

const identity: RunIdentity = { parameters: [{ name: 'w', shape: [2] }], settings: { seed: '7' } };
const progress = { step: 3 } as Checkpoint['progress'];
const bytes = Buffer.from(encodeCheckpoint({ progress, sections: { w: Float32Array.of(1, 2) } }, identity));

/** The same file with another header, under a digest that is right. */
function withHeader(header: string): Uint8Array {
  const length = bytes.readUInt32LE(12);
  const prefix = Buffer.from(bytes.subarray(0, 16));
  prefix.writeUInt32LE(Buffer.byteLength(header), 12);
  const body = Buffer.concat([prefix, Buffer.from(header), bytes.subarray(16 + length, bytes.length - 32)]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

test('what was written is read', () => {
  expect(decodeCheckpoint(bytes, identity)).toEqual({ progress, sections: { w: Float32Array.of(1, 2) } });
});

test('a header that is none is refused with a code, though the digest is right', () => {
  const sections = [{ name: 'w', length: 2 }];
  const faulty = [
    '{',
    'null',
    '{}',
    JSON.stringify({ identity, progress, sections: {} }),
    JSON.stringify({ identity, progress: null, sections }),
    JSON.stringify({ identity: { parameters: identity.parameters }, progress, sections }),
    JSON.stringify({ identity, progress, sections: [{ name: 'w', length: 3 }] }),
    JSON.stringify({ identity, progress, sections: [{ name: 'w', length: -1 }] }),
  ];
  expect(decodeCheckpoint(withHeader(JSON.stringify({ identity, progress, sections })), identity).sections.w).toHaveLength(2);
  for (const header of faulty)
    expect(() => decodeCheckpoint(withHeader(header), identity), header).toThrow(expect.objectContaining({ code: 'CHECKPOINT_CORRUPT' }));
});
