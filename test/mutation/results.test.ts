// What the last mutation tests found must still be what is here, and good enough.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string): unknown => JSON.parse(readFileSync(join(root, 'test/mutation', name), 'utf8'));

const count = z.int().nonnegative();
const allAreas = z
  .record(z.string(), z.object({ source: z.array(z.string()), tests: z.array(z.string()) }))
  .parse(read('areas.json'));
const { files: allResults } = z
  .object({
    at: z.iso.datetime(),
    files: z.array(
      z.object({
        path: z.string(),
        killed: count,
        timeout: count,
        survived: count,
        noCoverage: count,
        total: count,
      }),
    ),
  })
  .parse(read('results.json'));
const allSurvivors = z
  .array(
    z.object({
      path: z.string(),
      line: z.string(),
      original: z.string(),
      mutator: z.string(),
      replacement: z.string(),
      reason: z.string(),
    }),
  )
  .parse(read('survivors.json'));

const filesOf = (source: readonly string[]): readonly string[] =>
  source.flatMap((path) =>
    statSync(join(root, path)).isFile()
      ? [path]
      : readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.ts'))
          .map((name) => `${path}/${name}`),
  );
/** An area is held from its first whole run on. */
const HELD = ['dosimetry', 'safety', 'control-point'];
const areas = Object.entries(allAreas).filter(([area]) => HELD.includes(area));
const heldFiles = new Set(areas.flatMap(([, { source }]) => filesOf(source)));
const waiting = new Set(
  Object.entries(allAreas)
    .filter(([area]) => !HELD.includes(area))
    .flatMap(([, { source }]) => filesOf(source)),
);
const isOfOther = ({ path }: { readonly path: string }): boolean => !heldFiles.has(path) && waiting.has(path);
const results = allResults.filter((file) => !isOfOther(file));
const survivors = allSurvivors.filter((survivor) => !isOfOther(survivor));
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const KILLED_MIN_RATIO = 0.95;

describe.each(areas)('%s', (_area, { source }) => {
  const files = filesOf(source);
  const ofArea = results.filter(({ path }) => files.includes(path));

  it('has a result for each of its files, each once', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(ofArea.map(({ path }) => path).sort()).toEqual([...files].sort());
  });

  it('at least 95 % of its mutants are killed, with none counted as killed because it was excused', () => {
    for (const { killed, timeout, survived, noCoverage, total } of ofArea)
      expect(killed + timeout + survived + noCoverage).toBe(total);
    const total = sum(ofArea.map((file) => file.total));
    expect(total).toBeGreaterThan(50);
    expect(sum(ofArea.map((file) => file.killed + file.timeout)) / total).toBeGreaterThanOrEqual(
      KILLED_MIN_RATIO,
    );
  });
});

describe('mutants that lived', () => {
  it('are of files that are there', () => {
    expect(areas.map(([area]) => area)).toEqual(HELD);
    expect(results.filter(({ path }) => !heldFiles.has(path))).toEqual([]);
  });

  it('are all of them listed', () => {
    for (const { path, survived, noCoverage } of results)
      expect(survivors.filter((survivor) => survivor.path === path).length, path).toBe(survived + noCoverage);
    expect(survivors.filter(({ path }) => !results.some((file) => file.path === path))).toEqual([]);
  });

  it('each with the reason why it may', () => {
    expect(survivors.filter(({ reason }) => !/^.{20,}\.$/.test(reason))).toEqual([]);
  });

  it('each on a line that is still there', () => {
    const gone = survivors.filter(({ path, line }) => {
      if (!existsSync(join(root, path))) return true;
      const lines = readFileSync(join(root, path), 'utf8').split('\n');
      return !lines.some((known) => known.trim() === line);
    });
    expect(gone).toEqual([]);
  });
});
