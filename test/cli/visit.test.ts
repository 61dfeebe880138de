// A visit with care steps, with a person at the terminal: the command itself in this process, on its embedded belt.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { decodeFeatures, encodeFeatures } from '../../protocol/documents.ts';
import type { Peripheral } from '../../protocol/gatt.ts';
import { systemClock } from '../../src/clock.ts';
import { CONTRAINDICATIONS } from '../../src/safety/contraindications.ts';
import { servePeer } from '../transport/support/socket-server.ts';
import { createCourseRig, type CourseRig, type Seat } from './course-rig.ts';

const TEST_MS = 120_000;
const WAIT_MAX_MS = 50_000;
const PLAN = `laserbelt: 1
name: care-first
site: lumbar
session:
  - care: stretch
    for: 30 min
    say: Knees to the chest.
  - treat: [L1, L2]
    wavelength: 808 nm
    irradiance: 50 mW/cm2
    dose: 0.5 J/cm2
  - care: rest
    for: 1 min
  - treat: [L2]
    wavelength: 808 nm
    irradiance: 50 mW/cm2
    dose: 0.5 J/cm2
  - care: medicine
    say: As your physician said.
`;

/** A belt that nobody paired, and that does not say that it is simulated. */
const claimsToBeReal = (belt: Peripheral): Peripheral => ({
  connect(central) {
    const link = belt.connect(central);
    return {
      ...link,
      read: (characteristic, done) =>
        link.read(characteristic, (result) => {
          const bytes = result.ok && characteristic === 'feature' ? result.bytes : undefined;
          const features = bytes === undefined ? undefined : decodeFeatures(bytes);
          if (features?.ok !== true) return done(result);
          done({ ok: true, bytes: encodeFeatures({ ...features.value, simulated: false }) });
        }),
    };
  },
});

let rig: CourseRig;
let plan: string;
let answers: string;
beforeEach(async () => {
  rig = createCourseRig('2026-03-01T08:00:00.000Z');
  plan = rig.write('care-first.yaml', PLAN);
  answers = rig.path('answers.yaml');
  await rig.run(['plan', 'new', answers, '--answers', plan, '--person', 'Anna']);
  let text = rig.read('answers.yaml').replace(/^date:.*$/m, 'date: 2026-03-01');
  for (const { id, safe } of CONTRAINDICATIONS) text = text.replace(`  ${id}:\n`, `  ${id}: ${safe}\n`);
  rig.write('answers.yaml', text);
});
afterEach(async () => {
  // Nobody leaves a session running, also not after a test that failed.
  await rig.leave();
  rig.remove();
});

async function waitFor(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + WAIT_MAX_MS;
  while (!(await isTrue())) {
    if (performance.now() > untilMs) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const begin = (speed: string, ...more: readonly string[]): Seat =>
  rig.sit([
    ...['start', plan, '--sim', '--keep-book', '--speed', speed],
    ...['--person', 'Anna', '--answers', answers, ...more],
  ]);
const shows = (seat: Seat, words: string | RegExp): Promise<void> =>
  waitFor(String(words), () =>
    typeof words === 'string' ? seat.shown().includes(words) : words.test(seat.shown()),
  );

describe('a person at the terminal', () => {
  it(
    'is prompted for each care step, goes on with s, and must say yes before each light',
    { timeout: TEST_MS },
    async () => {
      const seat = begin('200');
      await shows(seat, 'Care 1 of 3: stretch, 30:00, dark · Knees to the chest.');
      seat.type('s');
      await shows(seat, /stretch (skipped|cut short)/);
      await shows(seat, 'Arm the simulated belt?');
      seat.type('y\n');
      await shows(seat, 'Care 2 of 3: rest');
      // This one runs to its end by itself.
      await shows(seat, 'rest done (1:00)');
      await shows(seat, 'Light 2 of 2 needs its own yes.');
      await waitFor('the second question', () => seat.shown().split('Arm the simulated belt?').length === 3);
      seat.type('n\n');
      const ran = await seat.ended;
      expect(ran.exitCode).toBe(6);
      expect(ran.out).toContain('Light 2 of 2: Not armed: you said no.');
      expect(ran.truth.get('L1 808')).toBeCloseTo(0.5, 2);
      const [visit] = (await rig.run(['history', 'list', '--sim', '--json'])).lines;
      expect(visit).toMatchObject({
        person: 'Anna',
        screening: 'full',
        counted: 'partial',
        care: [{ measure: 'stretch' }, { measure: 'rest', outcome: 'done', durationMs: 60_000 }],
      });
    },
  );

  it(
    'status tells the care step from another terminal, pause has nothing to pause, and stop ends the visit',
    { timeout: TEST_MS },
    async () => {
      const seat = begin('1');
      await shows(seat, 'Care 1 of 3');
      const status = (await rig.run(['status', '--json'])).lines[0];
      expect(status).toMatchObject({
        state: 'care',
        emission: false,
        plan: 'care-first',
        care: { measure: 'stretch', say: 'Knees to the chest.', durationMs: 1_800_000 },
      });
      expect((await rig.run(['status'])).out).toMatch(/STRETCH, dark · (30:00|29:\d\d) left/);
      const paused = await rig.run(['pause']);
      expect(paused.exitCode).toBe(6);
      expect(paused.err).toContain('a care step runs');
      const stop = await rig.run(['stop']);
      expect(stop.exitCode).toBe(0);
      expect(stop.out).toContain('No light was emitted.');
      const ran = await seat.ended;
      expect(ran.exitCode).toBe(3);
      expect(ran.out).toContain('The session was stopped during a care step (stretch).');
    },
  );

  it.each(['q', '\u0003'])('%j in a care step ends the visit', { timeout: TEST_MS }, async (key) => {
    const seat = begin('1');
    await shows(seat, 'Care 1 of 3');
    seat.type(key);
    expect((await seat.ended).exitCode).toBe(3);
  });

  it(
    'is not let stretch for half an hour first when there is no light today',
    { timeout: TEST_MS },
    async () => {
      await rig.run(['start', plan, '--sim', '--keep-book', '--speed', '1000', '--yes', '--person', 'Anna']);
      rig.nowMs += 3_600_000;
      const seat = begin('1');
      const ran = await seat.ended;
      expect(ran.exitCode).toBe(6);
      expect(ran.out).toContain('H19');
      expect(ran.out).toMatch(/In local time:|That is in \d/);
      expect(ran.err).not.toContain('Care 1');
    },
  );
});

describe('a script', () => {
  it(
    'reads every care step as two events, and one outcome for all lights',
    { timeout: TEST_MS },
    async () => {
      const { lines, outcome } = await rig.run([
        ...['start', plan, '--sim', '--speed', '1000', '--yes', '--json'],
      ]);
      const care = lines.filter((line) => String(line['event']).startsWith('care.'));
      expect(care.map((line) => [line['event'], line['measure'], line['outcome']])).toEqual([
        ['care.started', 'stretch', undefined],
        ['care.ended', 'stretch', 'assumed'],
        ['care.started', 'rest', undefined],
        ['care.ended', 'rest', 'assumed'],
        ['care.started', 'medicine', undefined],
        ['care.ended', 'medicine', 'done'],
      ]);
      expect(care[0]).toMatchObject({
        say: 'Knees to the chest.',
        durationMs: 1_800_000,
        step: 1,
        stepCount: 3,
      });
      expect(care[1]).toMatchObject({ durationMs: 0, isBooked: true });
      expect(lines.filter((line) => line['event'] === 'session.outcome')).toEqual([outcome]);
      expect(outcome).toMatchObject({ outcome: 'completed', exitCode: 0 });
      const planned = lines.filter((line) => line['event'] === 'session.planned');
      expect(planned.map((line) => [line['block'], line['session']])).toEqual([
        [1, outcome['session']],
        [2, outcome['session']],
      ]);
      expect(new Set(planned.map((line) => line['beltSession'])).size).toBe(2);
      expect(outcome['zones']).toMatchObject([
        { zone: 'L1', prescribedJPerCm2: 0.5, status: 'done' },
        { zone: 'L2', prescribedJPerCm2: 1, status: 'done' },
      ]);
    },
  );

  it('a belt that is in use is refused before anybody is asked anything', { timeout: TEST_MS }, async () => {
    const seat = begin('1');
    await waitFor('the session', () => seat.shown().includes('Care 1'));
    const second = rig.sit(['start', plan, '--sim', '--person', 'Berta']);
    const { exitCode, out, err } = await second.ended;
    expect(exitCode).toBe(6);
    expect(out).toMatch(/Another session runs on this belt \(sim, process \d+\)/);
    expect(err).not.toContain('[y/n]');
    expect(err).not.toContain('questions');
  });

  it(
    '--yes answers no questions for a belt that, once open, says it is not simulated (H24): dark, 6',
    { timeout: TEST_MS },
    async () => {
      const belt = createSimulatedBelt({ clock: systemClock, seed: 1 });
      const socket = rig.path('belt.sock');
      const server = await servePeer(socket, claimsToBeReal(belt));
      const { exitCode, outcome } = await rig.run(['start', '--belt', `socket:${socket}`, '--yes', '--json']);
      expect(exitCode).toBe(6);
      expect(outcome).toMatchObject({ outcome: 'refused', emissionOff: 'neverOn', hazard: 'H24' });
      for (const zone of belt.truth().zones) expect(zone.radiantExposureJPerCm2).toBe(0);
      expect((await rig.run(['history', 'list', '--json'])).lines).toEqual([]);
      await server.close();
      belt.powerOff();
    },
  );

  it('a dry run shows the day and writes nothing', { timeout: TEST_MS }, async () => {
    const before = await rig.run(['start', plan, '--sim', '--keep-book', '--dry-run', '--json']);
    expect(before.outcome).toMatchObject({ event: 'visit.planned', isAllowed: true, care: { length: 3 } });
    expect(before.outcome['screening']).toMatchObject({ form: 'full' });
    expect((await rig.run(['history', 'list', '--sim', '--json'])).lines).toEqual([]);
    await rig.run(['start', plan, '--sim', '--keep-book', '--speed', '1000', '--yes']);
    const after = await rig.run(['start', plan, '--sim', '--keep-book', '--dry-run', '--json']);
    expect(after.exitCode).toBe(0);
    expect(after.outcome).toMatchObject({ isAllowed: false, hazard: 'H19' });
    expect(Date.parse(String(after.outcome['allowedAt']))).toBeGreaterThan(rig.nowMs);
    for (const given of after.truth.values()) expect(given).toBe(0);
  });

  it.each([
    [['--person', ''], '--person'],
    [['--person', 'a\nb'], '--person'],
    [['--person', 'x'.repeat(81)], '--person'],
    [['--answers', '/nonexistent/answers.yaml'], 'no such file'],
  ])('%j is told in words', { timeout: TEST_MS }, async (extra, said) => {
    const run = rig.run(['start', plan, '--sim', '--yes', ...extra]).then(
      ({ out, err }) => out + err,
      (error: unknown) => String(error),
    );
    expect(await run).toContain(said);
  });
});
