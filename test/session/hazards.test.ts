// Each hazard, provoked in the physics of the simulated belt and judged by its truth.
import { describe, expect, it } from 'vitest';
import type { SessionOutcome } from '../../src/session/outcome.ts';
import { createRig, type Rig, type RigOptions } from './support/rig.ts';

function runFault(faults: readonly string[], more: RigOptions = {}): { rig: Rig; outcome: SessionOutcome } {
  const rig = createRig({ ...more, faults });
  rig.send({ type: 'operator.start' });
  return { rig, outcome: rig.untilOver() };
}

/** What is booked is never below the truth. */
function expectBooked(rig: Rig): void {
  const delivered = rig.delivered();
  for (const zone of rig.closings.at(-1)?.zones ?? []) {
    const truth = delivered.get(`${zone.zone}/${zone.wavelengthNm}`) ?? NaN;
    // Emitters differ from the belt's own photodiodes by its stated uncertainty, which the booking contains.
    expect(zone.deliveredUpperJPerCm2, zone.zone).toBeGreaterThanOrEqual(truth - 1e-4);
  }
}

/** Truth: from the fault (after first light) to dark. */
function darkAfterMs(rig: Rig, faultAfterLightMs: number): number {
  const first = rig.truth.find((line) => line.emission)?.atMs ?? NaN;
  return rig.darkSinceMs() - (first + faultAfterLightMs);
}

interface Row {
  readonly title: string;
  readonly fault: string;
  readonly outcome: SessionOutcome['outcome'];
  readonly exitCode: number;
  readonly hazard: string;
  readonly emissionOff?: SessionOutcome['emissionOff'];
  /** Time from the fault, 2 s after first light, to dark. */
  readonly darkWithinMs?: number;
}

const ROWS: readonly Row[] = [
  {
    title: 'H01 skin at 44 °C: cutoff, dark within 2 s',
    fault: 'over-temperature@2s:celsius=44',
    outcome: 'cutoff',
    exitCode: 4,
    hazard: 'H01',
    darkWithinMs: 2000,
  },
  {
    title: 'H01 temperature sensor open: no reading is a hazard',
    fault: 'temperature-sensor-open@2s:zone=L1',
    outcome: 'cutoff',
    exitCode: 4,
    hazard: 'H01',
    darkWithinMs: 2000,
  },
  {
    title: 'H05 contact lost for more than 30 s: cutoff, dark within 100 ms of the loss',
    fault: 'contact-lost@2s',
    outcome: 'cutoff',
    exitCode: 4,
    hazard: 'H05',
    darkWithinMs: 100,
  },
  {
    title: 'H10 a driver that conducts whatever it is told: lockout, the master makes it dark',
    fault: 'emitter-stuck-on@2s:zone=L2',
    outcome: 'lockout',
    exitCode: 8,
    hazard: 'H10',
    darkWithinMs: 500,
  },
  {
    title: 'H11 the belt runs 10 % fast: cutoff',
    fault: 'clock-drift@1s:percent=10',
    outcome: 'cutoff',
    exitCode: 4,
    hazard: 'H11',
  },
  {
    title: 'H11 the belt runs 10 % slow: cutoff',
    fault: 'clock-drift@1s:percent=-10',
    outcome: 'cutoff',
    exitCode: 4,
    hazard: 'H11',
  },
  {
    title: 'H13 link dropped: dark within 1 s, found again, confirmed: exit 5',
    fault: 'link-drop@2s',
    outcome: 'cutoff',
    exitCode: 5,
    hazard: 'H13',
    darkWithinMs: 1000,
  },
  {
    title: 'H13 link dropped and not found again within 10 s: exit 7',
    fault: 'link-drop@2s:for=20s',
    outcome: 'cutoff',
    exitCode: 7,
    hazard: 'H13',
    emissionOff: 'unconfirmed',
    darkWithinMs: 1000,
  },
  {
    title: 'H13 the belt restarts: confirmed dark: exit 5',
    fault: 'reboot@2s',
    outcome: 'cutoff',
    exitCode: 5,
    hazard: 'H13',
    darkWithinMs: 100,
  },
  {
    title: 'H13 the firmware hangs: the watchdog makes it dark: exit 5',
    fault: 'firmware-hang@2s',
    outcome: 'cutoff',
    exitCode: 5,
    hazard: 'H13',
    darkWithinMs: 150,
  },
  {
    title: 'H14 the link stalls for 4 s: cutoff, dark within 1 s',
    fault: 'link-stall@2s:for=4s',
    outcome: 'cutoff',
    exitCode: 4,
    hazard: 'H14',
    darkWithinMs: 1000,
  },
  {
    title: 'H14 the link stalls for good: cutoff, dark within 1 s, unconfirmed',
    fault: 'link-stall@2s:for=60s',
    outcome: 'cutoff',
    exitCode: 7,
    hazard: 'H14',
    emissionOff: 'unconfirmed',
    darkWithinMs: 1000,
  },
  {
    title: 'H15 three damaged frames: cutoff',
    fault: 'frame-corrupt@2s:rate=1,count=3,direction=to-central',
    outcome: 'cutoff',
    exitCode: 4,
    hazard: 'H15',
  },
  {
    title: 'H18 battery at 8 % while emitting: cutoff within 2 s',
    fault: 'battery-low@2s:percent=8',
    outcome: 'cutoff',
    exitCode: 4,
    hazard: 'H18',
    darkWithinMs: 2000,
  },
  {
    title: 'H18 the charger is plugged in while emitting: cutoff within 2 s',
    fault: 'charging@2s',
    outcome: 'cutoff',
    exitCode: 4,
    hazard: 'H18',
    darkWithinMs: 2000,
  },
];

describe('hazards that end the session', () => {
  it.each(ROWS)('$title', (row) => {
    const { rig, outcome } = runFault([row.fault]);
    expect(outcome).toMatchObject({
      outcome: row.outcome,
      exitCode: row.exitCode,
      hazard: row.hazard,
      emissionOff: row.emissionOff ?? 'confirmed',
    });
    expect(outcome.hazards).toContain(row.hazard);
    expect(outcome.message.length).toBeGreaterThan(20);
    if (row.darkWithinMs !== undefined)
      expect(darkAfterMs(rig, 2000)).toBeLessThanOrEqual(row.darkWithinMs + 10);
    expect(rig.belt.truth().emission).toBe(false);
    expectBooked(rig);
  });
});

describe('hazards of one zone', () => {
  it.each([
    {
      title: 'H08 an emitter at 230 %',
      fault: 'emitter-gain@2s:zone=L1,factor=2.3',
      hazard: 'H08',
      withinMs: 100,
    },
    {
      title: 'H08 an emitter at 130 % for a second',
      fault: 'emitter-gain@2s:zone=L1,factor=1.3',
      hazard: 'H08',
      withinMs: 1500,
    },
    {
      title: 'H08 a control photodiode that is open',
      fault: 'feedback-open@2s:zone=L1',
      hazard: 'H08',
      withinMs: 100,
    },
    { title: 'H09 an emitter that dies', fault: 'emitter-dead@2s:zone=L1', hazard: 'H09', withinMs: 1000 },
    {
      title: 'H09 a monitor that reads dark',
      fault: 'monitor-open@2s:zone=L1',
      hazard: 'H09',
      withinMs: 1000,
    },
  ])('$title: that zone is cut off, the others finish, exit 4', ({ fault, hazard, withinMs }) => {
    const { rig, outcome } = runFault([fault]);
    expect(outcome).toMatchObject({ outcome: 'cutoff', exitCode: 4, hazard, emissionOff: 'confirmed' });
    expect(outcome.zones.map((zone) => zone.status)).toEqual(['cutOff', 'done', 'done', 'done']);
    const first = rig.truth.find((line) => line.emission)?.atMs ?? NaN;
    const lastLit =
      rig.truth.filter((line) => (line.zones[0]?.irradianceMwPerCm2 ?? 0) > 0).at(-1)?.atMs ?? 0;
    // Truth lines are 100 ms apart.
    expect(lastLit - first - 2000).toBeLessThanOrEqual(withinMs + 100);
    for (const zone of ['L2', 'L3', 'L4']) expect(rig.delivered().get(`${zone}/808`)).toBeCloseTo(0.5, 2);
    expectBooked(rig);
  });

  it('H12 an emitter too weak for its time ends short: completed, the zone marked, the dose never understated', () => {
    const { rig, outcome } = runFault(['emitter-gain:zone=L1,factor=0.9']);
    expect(outcome).toMatchObject({ outcome: 'completed', exitCode: 0, emissionOff: 'confirmed' });
    expect(outcome.hazards).toEqual(['H12']);
    expect(outcome.zones.map((zone) => zone.status)).toEqual(['endedShort', 'done', 'done', 'done']);
    expectBooked(rig);
  });
});

describe('hazards before light', () => {
  it.each([
    {
      title: 'H18 battery at 12 %: refused',
      fault: 'battery-low:percent=12',
      outcome: 'refused',
      hazard: 'H18',
      exitCode: 6,
    },
    { title: 'H18 charging: refused', fault: 'charging', outcome: 'refused', hazard: 'H18', exitCode: 6 },
    {
      title: 'H17 an open emitter fails the self-test: lockout',
      fault: 'emitter-dead:zone=L3,as=open',
      outcome: 'lockout',
      hazard: 'H17',
      exitCode: 8,
    },
    {
      title: 'H05 the belt is not worn: refused',
      fault: 'contact-lost',
      outcome: 'refused',
      hazard: 'H05',
      exitCode: 6,
    },
  ])('$title, and nothing was emitted', ({ fault, outcome, hazard, exitCode }) => {
    const rig = createRig({ faults: [] });
    rig.run(1000);
    expect(rig.belt.inject(fault).ok).toBe(true);
    rig.run(1000);
    rig.send({ type: 'operator.start' });
    expect(rig.untilOver()).toMatchObject({ outcome, hazard, exitCode });
    expect(rig.truth.some((line) => line.emission)).toBe(false);
  });

  it('H16 another belt than expected is refused before anything is prepared', () => {
    const rig = createRig({ input: { expectedBeltId: 'ffffffffffffffff' } });
    rig.send({ type: 'operator.start' });
    expect(rig.untilOver()).toMatchObject({
      outcome: 'refused',
      hazard: 'H16',
      exitCode: 6,
      emissionOff: 'neverOn',
    });
    expect(rig.events.some((event) => event.type === 'belt.prepared')).toBe(false);
  });
});

describe('H10 with the master welded as well', () => {
  it('is an alarm: lockout, unconfirmed, booked at full scale, and words that save the skin', () => {
    const { rig, outcome } = runFault(['emitter-stuck-on@2s:zone=L2,master=welded']);
    expect(outcome).toMatchObject({
      outcome: 'lockout',
      exitCode: 8,
      hazard: 'H10',
      emissionOff: 'unconfirmed',
    });
    expect(outcome.message).toMatch(/take it off now and pull its battery/);
    expect(rig.closings.at(-1)?.awaitsBeltRecord).toBe(true);
    expectBooked(rig);
  });
});
