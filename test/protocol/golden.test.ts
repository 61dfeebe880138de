import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { buildVectors, renderVectors } from './vectors-build.ts';

const FILE = fileURLToPath(new URL('../../protocol/vectors.json', import.meta.url));

describe('the golden vectors', () => {
  it('are what the codec makes of the examples: a change here is a change of the protocol', async () => {
    await expect(`${renderVectors(buildVectors())}\n`).toMatchFileSnapshot(FILE);
  });

  it('are the same values however they are laid out', () => {
    expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(buildVectors());
  });
});
