// Plan files in a folder of their own, and the commands about them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { createFakeIo } from './support.ts';

export const SOUND = `laserbelt: 1
name: two-zones
site: lumbar
session:
  - treat: [L2, L3]
    wavelength: 808 nm
    irradiance: 50 mW/cm2
    dose: 2 J/cm2
    ramp: { up: 2 s, down: 1 s }
  - rest: 30 s
  - treat: [L1]
    wavelength: 650 nm
    irradiance: 8 mW/cm2
    energy: 0.5 J
    pulse: { frequency: 100 Hz, duty: 80 % }
`;

export interface PlanFolder {
  path(name: string): string;
  write(name: string, text: string): string;
}

/** For the tests of one file. */
export function usePlanFolder(): PlanFolder {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'laserbelt-plans-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    write(name, text) {
      writeFileSync(path(name), text);
      return path(name);
    },
  };
}

export async function runCommand(...words: readonly string[]) {
  const io = createFakeIo();
  const exitCode = await runProgram(words, io);
  return { exitCode, out: io.stdout(), err: io.stderr() };
}

/** JSON Lines. */
export const recordsOf = (out: string): readonly Readonly<Record<string, unknown>>[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
