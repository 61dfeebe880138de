// What was proved last, as data: complete, within its bounds, and shown in the README as it is.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HAZARDS } from '../../src/safety/hazards.ts';
import { boundOf, CELLS } from '../simulation/table.ts';
import { ROW_DEFINITIONS } from '../simulation/table-rows.ts';
import { root } from '../support/source-reader.ts';
import { HAZARD_TESTS } from './hazard-tests.ts';
import { readMachineLine, readModelLine } from './model.ts';
import { readMutants } from './mutants.ts';
import { hazardTable, HAZARDS_IN_README, withHazardTable } from './readme-table.ts';
import type { Results } from './results.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const results = JSON.parse(read('test/prove/results.json')) as Results;

describe('the table of hazards', () => {
  it('has a row for each hazard of the closed list, and each way the controller can be gone', () => {
    expect(new Set(ROW_DEFINITIONS.map(({ hazard }) => hazard))).toEqual(
      new Set(HAZARDS.map(({ id }) => id)),
    );
    expect(new Set(ROW_DEFINITIONS.map(({ name }) => name)).size).toBe(ROW_DEFINITIONS.length);
    // 200 in each are more than 20 000 in all.
    expect(CELLS.length * 200).toBeGreaterThan(20_000);
  });

  it('was measured in every row, within its bound', () => {
    expect(results.hazards.map(({ row }) => row).sort()).toEqual(
      ROW_DEFINITIONS.map(({ name }) => name).sort(),
    );
    for (const { row, boundMs, worstMs, injections } of results.hazards) {
      const definition = ROW_DEFINITIONS.find(({ name }) => name === row);
      expect(boundMs, row).toBe(definition === undefined ? NaN : boundOf(definition));
      expect(worstMs, row).toBeLessThanOrEqual(boundMs);
      expect(injections, row).toBeGreaterThan(0);
    }
  });

  it.each(HAZARDS.map(({ id }) => id))('%s is held by tests that name it', (id) => {
    const paths = HAZARD_TESTS[id] ?? [];
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) {
      expect(existsSync(join(root, path)), path).toBe(true);
      expect(read(path), path).toContain(id);
    }
    for (const { hazard, tests } of results.hazards) if (hazard === id) expect(tests).toEqual(paths);
  });

  it('stands in the README as the data has it', () => {
    expect(HAZARDS_IN_README.exec(read('README.md'))?.[2]?.trim()).toBe(hazardTable(HAZARDS, results));
  });

  it('takes the place of an older one', () => {
    const old = 'before\n<!-- hazards: x -->\n\n| old |\n\n<!-- /hazards -->\nafter\n';
    const fresh = withHazardTable(old, '| new $& |');
    expect(fresh).toBe('before\n<!-- hazards: x -->\n\n| new $& |\n\n<!-- /hazards -->\nafter\n');
    expect(withHazardTable(fresh, '| new $& |')).toBe(fresh);
  });
});

describe('what was simulated', () => {
  it('violated nothing, and gave no more than prescribed + 1 % and a lease', () => {
    const { violations, runs, sessions, leasesAboveMost, bookedLeast, bookedMostCertain } =
      results.simulation;
    expect(violations).toBe(0);
    expect(sessions).toBeGreaterThan(runs);
    expect(leasesAboveMost).toBeLessThanOrEqual(1);
    expect(bookedLeast).toBeGreaterThanOrEqual(0.99);
    expect(bookedMostCertain).toBeLessThanOrEqual(1.035);
  });
});

describe('what other programs print', () => {
  it('is read as it is', () => {
    expect(readModelLine('ok light needs a lease: holds, 690058 states, 15.8 s')).toEqual({
      name: 'light needs a lease',
      isOk: true,
      states: 690_058,
    });
    expect(readModelLine('FAIL a: b: breaks, 1.5e+07 states, 3 s (x)')).toEqual({
      name: 'a: b',
      isOk: false,
      states: 1.5e7,
    });
    expect(readModelLine('model: 16 passed, 0 failed')).toBeUndefined();
    expect(readMachineLine('81 states, 600 transitions, depth 20, 3 s')).toEqual({
      states: 81,
      transitions: 600,
    });
    expect(readMachineLine('depth 3: 81 states, 600 transitions, 3 s')).toBeUndefined();
  });

  it('mutants that never end are noticed as well as those killed', () => {
    const text = JSON.stringify({
      files: [
        { path: 'a.ts', killed: 8, timeout: 1, total: 10 },
        { path: 'b.ts', killed: 0, timeout: 0, total: 0 },
      ],
    });
    expect(readMutants(text)).toEqual({
      killed: 9,
      total: 10,
      files: 2,
      weakest: { path: 'a.ts', share: 0.9 },
    });
    expect(readMutants('{}')).toBeUndefined();
  });
});
