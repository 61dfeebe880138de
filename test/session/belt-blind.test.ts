// The controller on its own: the belt's own check of a hazard is switched off, and light still goes dark in time.
import { describe, expect, it } from 'vitest';
import type { SessionOutcome } from '../../src/session/outcome.ts';
import { withDefect } from '../scenarios/incidents/firmware-defect.ts';
import { bookedJPerCm2 } from '../scenarios/incidents/incident.ts';
import { programOf, startRig, zoneOf, type Rig, type RigOptions } from './support/rig.ts';

/** 12 min of light on one zone. */
const LONG = programOf([[zoneOf(0, { irradianceMwPerCm2: 20, radiantExposureJPerCm2: 14.4 })]]);
const SHORT = programOf([[zoneOf(0)]]);
/** From the controller's finding to dark: its STOP is at once. */
const STOP_MS = 20;

interface Row {
  readonly hazard: string;
  readonly title: string;
  readonly blindTo: readonly number[];
  readonly options: RigOptions;
  readonly fault: string;
  /** Light first, then the fault. */
  readonly afterMs: number;
  /** From the fault: when the hazard begins, and how long the controller has. */
  readonly fromMs: number;
  readonly boundMs: number;
  readonly outcome?: string;
}

const ROWS: readonly Row[] = [
  {
    hazard: 'H01',
    title: 'skin at 44 °C',
    blindTo: [1, 2],
    options: { program: SHORT },
    fault: 'over-temperature:zone=L1,celsius=44',
    afterMs: 2130,
    fromMs: 0,
    boundMs: 2000,
  },
  {
    hazard: 'H02',
    title: 'skin at 42.7 °C for minutes',
    blindTo: [2],
    options: { program: LONG },
    fault: 'over-temperature:zone=L1,celsius=42.7',
    afterMs: 40_130,
    // 4^0.3 times as long as at 43 °C, less what the sensors' errors of 0.1 °C take away.
    fromMs: 120_000 * 4 ** 0.2,
    boundMs: 120_000 * (4 ** 0.4 - 4 ** 0.2) + 2000,
  },
  {
    hazard: 'H04',
    title: 'both sensors of the zone stand still',
    blindTo: [4],
    options: { program: LONG },
    fault: 'temperature-sensor-stuck:zone=L1',
    afterMs: 2130,
    fromMs: 59_000,
    boundMs: 4000,
  },
  {
    hazard: 'H04',
    title: 'both sensors of the zone are open',
    blindTo: [1, 2, 4],
    options: { program: SHORT },
    fault: 'temperature-sensor-open:zone=L1',
    afterMs: 2130,
    fromMs: 0,
    boundMs: 2000,
  },
  {
    hazard: 'H08',
    title: 'an emitter at 230 %',
    blindTo: [6, 7, 8],
    options: { program: SHORT },
    fault: 'emitter-gain:zone=L1,factor=2.3',
    afterMs: 2130,
    fromMs: 0,
    boundMs: 1500,
  },
  {
    hazard: 'H09',
    title: 'an emitter that gives 5 %',
    blindTo: [8, 9],
    options: { program: SHORT },
    fault: 'emitter-gain:zone=L1,factor=0.05',
    afterMs: 2130,
    fromMs: 0,
    boundMs: 1000,
  },
  {
    hazard: 'H18',
    title: 'the battery falls to 8 %',
    blindTo: [18],
    options: { program: SHORT },
    fault: 'battery-low:percent=8',
    afterMs: 2130,
    fromMs: 0,
    boundMs: 2000,
  },
  {
    hazard: 'H18',
    title: 'the charger is plugged in',
    blindTo: [18],
    options: { program: SHORT },
    fault: 'charging',
    afterMs: 2130,
    fromMs: 0,
    boundMs: 2000,
  },
];

const isBooked = (rig: Rig): boolean =>
  bookedJPerCm2(rig, 'L1/808') >= (rig.delivered().get('L1/808') ?? NaN) - 1e-4;

/** So sudden a rise is H03, too: a person who knows better resumes each time. */
function resumingUntilOver(rig: Rig): SessionOutcome {
  for (let ms = 0; ms < 900_000 && rig.outcomes.length === 0; ms += 250) {
    if (rig.session.view().state === 'paused') rig.send({ type: 'operator.resume' });
    rig.run(250);
  }
  return rig.untilOver(0);
}

describe('the controller alone, the belt blind to the hazard', () => {
  it.each(ROWS)('$hazard $title: dark within the controller’s bound, named, booked', (row) =>
    withDefect({ blindTo: row.blindTo }, () => {
      const rig = startRig(row.options);
      rig.run(row.afterMs);
      const faultAtMs = rig.clock.nowMs();
      rig.belt.inject(row.fault);
      const outcome = resumingUntilOver(rig);
      const tookMs = rig.darkSinceMs() - faultAtMs;
      expect(outcome.hazards).toContain(row.hazard);
      expect(outcome).toMatchObject({ outcome: 'cutoff', exitCode: 4, emissionOff: 'confirmed' });
      expect(tookMs).toBeGreaterThanOrEqual(row.fromMs);
      expect(tookMs).toBeLessThanOrEqual(row.fromMs + row.boundMs + STOP_MS);
      expect(isBooked(rig)).toBe(true);
    }),
  );

  it('H05 the belt does not look at its contacts: paused within 500 ms, dark', () =>
    withDefect({ blindTo: [5] }, () => {
      const rig = startRig({ program: SHORT });
      rig.run(2130);
      rig.belt.inject('contact-lost:zone=L1,for=5s');
      rig.run(500);
      expect(rig.session.view()).toMatchObject({ state: 'paused', pause: { cause: 'contactLost' } });
      expect(rig.belt.truth().emission).toBe(false);
      rig.send({ type: 'operator.stop', cause: 'stopCommand' });
      rig.untilOver();
      expect(isBooked(rig)).toBe(true);
    }));

  it('H14 the same status again and again is no newer one: paused, then over, dark within the lease', () => {
    let stuckTick = 0;
    const rig = startRig({
      program: SHORT,
      wrapEvent: (event) =>
        event.type === 'belt.tick' && stuckTick > 0
          ? { ...event, report: { ...event.report, tick: stuckTick, beltTimeMs: 4000 } }
          : event,
    });
    rig.run(2000);
    const newest = rig.events.findLast((event) => event.type === 'belt.tick');
    stuckTick = newest?.type === 'belt.tick' ? newest.report.tick : 0;
    const stuckAtMs = rig.clock.nowMs();
    rig.run(1000);
    expect(rig.session.view().state).toBe('paused');
    const outcome = rig.untilOver();
    expect(outcome).toMatchObject({ outcome: 'cutoff', hazard: 'H14' });
    expect(rig.darkSinceMs() - stuckAtMs).toBeLessThanOrEqual(1010);
    expect(isBooked(rig)).toBe(true);
  });
});

describe('several at once, in a whole session', () => {
  it.each([
    {
      title: 'lost contact and skin at 44 °C: cut off, not paused',
      faults: ['contact-lost:zone=L1', 'over-temperature:zone=L1,celsius=44'],
      blindTo: [1, 2, 5],
      hazards: ['H01', 'H05'],
      outcome: 'cutoff',
      hazard: 'H01',
    },
    {
      title: 'a stuck driver and an empty battery: locked, the battery named as well',
      faults: ['emitter-stuck-on:zone=L2', 'battery-low:percent=8'],
      blindTo: [18],
      hazards: ['H10', 'H18'],
      outcome: 'lockout',
      hazard: 'H10',
    },
    {
      title: 'skin at 44 °C, an empty battery, the charger: one cutoff, both named',
      faults: ['over-temperature:celsius=44', 'battery-low:percent=8', 'charging'],
      blindTo: [1, 2, 18],
      hazards: ['H01', 'H18'],
      outcome: 'cutoff',
      hazard: 'H01',
    },
  ])('$title', ({ faults, blindTo, hazards, outcome, hazard }) =>
    withDefect({ blindTo }, () => {
      const rig = startRig();
      rig.run(2130);
      for (const fault of faults) expect(rig.belt.inject(fault).ok).toBe(true);
      const told = rig.untilOver();
      expect(told).toMatchObject({ outcome, hazard, emissionOff: 'confirmed' });
      for (const id of hazards) expect(told.hazards).toContain(id);
      expect(rig.belt.truth().emission).toBe(false);
    }),
  );
});
