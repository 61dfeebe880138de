// What the search has found, kept as data: each file was a failure of ours once. A new one becomes a test by moving it here.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawScenario } from './draw.ts';
import { runScenario } from './run.ts';
import { readScenario } from './scenario.ts';

const folder = new URL('found/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('what was found once does not come back', { timeout: 120_000 }, () => {
  it('there is something to hold', () => expect(names.length).toBeGreaterThan(3));

  it.each(names)('%s', (name) => {
    const run = runScenario(readScenario(readFileSync(new URL(name, folder), 'utf8')));
    expect(run.violations).toEqual([]);
  });

  it('a scenario written down and read again is the same run', () => {
    for (const seed of [11, 12, 13]) {
      const scenario = drawScenario(seed);
      const again = readScenario(JSON.stringify(scenario));
      expect(again).toEqual(scenario);
      expect(runScenario(again).hash).toBe(runScenario(scenario).hash);
    }
  });
});
