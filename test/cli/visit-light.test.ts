// H12: the 30 minutes of light are for a visit, however many lights it has and however weak the belt's emitters are.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionOutcome } from '../../src/session/outcome.ts';
import { differenceWords } from '../../src/cli/replay-words.ts';
import { emissionLeftMs } from '../../src/cli/visit-light.ts';
import { createCourseRig, type CourseRig, type CourseRun } from './course-rig.ts';
import { bodiesOf, replayLines, sealed } from './replay-rig.ts';

const TEST_MS = 120_000;
const CAP_MS = 30 * 60_000;
const MW_PER_CM2 = 20;
/** Gives 11 % less than it would need to: each light is ended short once 101 % of its dose was commanded. */
const WEAK = 0.9;
const COMMANDED_MOST = 1.01;
/** Beside that, how far a simulated emitter is from what is set. */
const EMITTER_TOLERANCE = 0.01;

const doseOf = (onS: number): string => (((onS - 1.5) * MW_PER_CM2) / 1000).toFixed(4);
const planOf = (lightS: readonly number[]): string => `laserbelt: 1
name: long-lights
site: lumbar
session:
${lightS
  .map(
    (onS) => `  - treat: [L1]
    wavelength: 808 nm
    irradiance: ${MW_PER_CM2} mW/cm2
    dose: ${doseOf(onS)} J/cm2
    ramp: { up: 2 s, down: 1 s }
`,
  )
  .join('  - care: stretch\n    for: 5 min\n')}`;

let rig: CourseRig;
beforeEach(() => {
  rig = createCourseRig('2026-03-01T08:00:00.000Z');
});
afterEach(() => rig.remove());

const start = (lightS: readonly number[], ...more: readonly string[]): Promise<CourseRun> =>
  rig.run([
    ...['start', rig.write('long.yaml', planOf(lightS)), '--sim', '--speed', '1000', '--json', '--yes'],
    ...['--fault', `emitter-gain:factor=${WEAK}`, '--record', rig.path('long.jsonl'), ...more],
  ]);
/** By what the belt really gave. */
const lightSOf = (ran: CourseRun): number => ((ran.truth.get('L1 808') ?? NaN) * 1000) / (MW_PER_CM2 * WEAK);
const recorded = (): readonly string[] =>
  readFileSync(rig.path('long.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `${line}\n`);
const inputsOf = (lines: readonly string[]): readonly number[] =>
  bodiesOf(lines)
    .filter((body) => body.startsWith('{"t":"session"'))
    .map(
      (body) =>
        (JSON.parse(body) as { readonly input: { readonly emissionMaxMs: number } }).input.emissionMaxMs,
    );

describe('a visit whose emitter is weak', () => {
  it(
    'is cut when all its lights together have lasted 30 minutes, although no single one has',
    { timeout: TEST_MS },
    async () => {
      const ran = await start([897, 897]);
      expect(ran.outcome).toMatchObject({
        outcome: 'cutoff',
        hazard: 'H12',
        emissionOff: 'confirmed',
        exitCode: 4,
      });
      expect(ran.outcome['message']).toMatch(/^Light 2 of 2: /);
      // Without the limit both would have lasted 12 s longer.
      expect(lightSOf(ran)).toBeGreaterThan(1800 * (1 - EMITTER_TOLERANCE));
      expect(lightSOf(ran)).toBeLessThan(1801 * (1 + EMITTER_TOLERANCE));

      const lines = recorded();
      const [first = NaN, second = NaN, ...more] = inputsOf(lines);
      expect(more).toEqual([]);
      expect(first).toBe(CAP_MS);
      // The first was ended short at 1 % above its 897 s.
      expect(second).toBeGreaterThan(CAP_MS - 897_000 * COMMANDED_MOST - 1500);
      expect(second).toBeLessThan(CAP_MS - 897_000 * COMMANDED_MOST + 500);

      const { found, problem } = replayLines(lines);
      expect(problem).toBeUndefined();
      expect(found.difference === undefined ? [] : differenceWords(found.difference)).toEqual([]);
      expect(found).toMatchObject({ isComplete: true, sessionCount: 2, ended: { hazard: 'H12' } });
      expect(found.outcomes.map(({ emissionMs }) => emissionMs)[0]).toBe(CAP_MS - second);

      // Another sum than that of the lights before is another decision.
      const changed = bodiesOf(lines).map((body) =>
        body.replace(`"emissionMaxMs":${second}`, `"emissionMaxMs":${second + 1}`),
      );
      expect(replayLines(sealed(changed)).found.difference).toMatchObject({
        recorded: { emissionMaxMs: second + 1 },
        now: { emissionMaxMs: second },
      });
    },
  );

  it(
    'of 20 minutes has what it needs: both lights are ended short, and nothing is cut',
    { timeout: TEST_MS },
    async () => {
      const ran = await start([600, 600]);
      expect(ran.outcome).toMatchObject({ outcome: 'completed', exitCode: 0 });
      expect(ran.outcome['zones']).toMatchObject([{ zone: 'L1', status: 'endedShort' }]);
      expect(lightSOf(ran)).toBeGreaterThan(1200 * COMMANDED_MOST * (1 - EMITTER_TOLERANCE));
      expect(lightSOf(ran)).toBeLessThan(1202 * COMMANDED_MOST * (1 + EMITTER_TOLERANCE));
    },
  );
});

describe('what a visit has left', () => {
  it.each([
    [[], CAP_MS],
    [[0], CAP_MS],
    [[600_000.25], 1_199_999.75],
    [[900_000, 900_000], 0],
    [[900_000, 900_250], -250],
    [[NaN], NaN],
  ])('after lights of %j ms it is %s ms', (lightMs, leftMs) => {
    const blocks = lightMs.map((emissionMs) => ({ emissionMs }) as SessionOutcome);
    expect(emissionLeftMs(blocks)).toBe(leftMs);
  });
});
