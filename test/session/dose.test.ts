import { describe, expect, it } from 'vitest';
import type { BeltRecord } from '../../src/belt/belt.ts';
import {
  accumulateTick,
  emptyDoses,
  estimateOf,
  NOTHING_UNSEEN,
  slotsOf,
  type SlotDose,
} from '../../src/session/dose.ts';
import { clockDifferenceMs, NO_CLOCK_WATCH, stampedAtMs, watchClocks } from '../../src/session/clocks.ts';
import { statusDeadlineMs } from '../../src/session/deadlines.ts';
import { PROFILE, report, zoneReport } from './support/scripted.ts';
import { programOf, zoneOf } from './support/rig.ts';

/** 50 mW/cm² for 4 J/cm² without ramps: 80 s. */
const PRESCRIPTION = programOf([
  [zoneOf(0, { radiantExposureJPerCm2: 4, rampUpS: 0, rampDownS: 0 })],
]).prescription;
const SLOTS = slotsOf(PRESCRIPTION, PROFILE) ?? [];
const slot = SLOTS[0]!;

/** Lit from `fromMs` at a constant power, ticks 250 ms apart; `tickAt` may leave some out. */
function light(
  toMs: number,
  powerMw: number,
  tickAt: (ms: number) => boolean = () => true,
  leaseEndMs = Infinity,
): SlotDose {
  let doses = accumulateTick(SLOTS, emptyDoses(SLOTS), report(1, { state: 'armed' }), 0, leaseEndMs);
  let tick = 2;
  for (let ms = 250; ms <= toMs; ms += 250) {
    if (!tickAt(ms)) continue;
    const lit = zoneReport(0, {
      lit: true,
      status: 'emitting',
      radiantPowerMw: powerMw,
      deliveredJPerCm2: (powerMw * ms) / 1e6,
    });
    doses = accumulateTick(
      SLOTS,
      doses,
      report(tick++, { state: 'armed', emission: true, zones: [lit] }),
      ms,
      leaseEndMs,
    );
  }
  return doses[0]!;
}

const estimate = (dose: SlotDose, unseen = NOTHING_UNSEEN, record?: BeltRecord) =>
  estimateOf(slot, dose, 0.003, unseen, record);

describe('three estimates of one dose', () => {
  it('agree for a healthy zone: certain, the belt’s integral, booked with its uncertainty', () => {
    const found = estimate(light(40_000, 50));
    expect(found.certainty).toBe('certain');
    expect(found.deliveredJPerCm2).toBeCloseTo(2, 9);
    expect(found.deliveredUpperJPerCm2).toBeGreaterThanOrEqual(2 * 1.003);
    expect(found.deliveredUpperJPerCm2).toBeLessThan(2.03);
  });

  it('certain is at most 3.5 % above the truth whichever sensor is wrong; more is an upper bound and the largest counts', () => {
    const dose = light(40_000, 50);
    const apart = (ratio: number) =>
      estimate({ ...dose, integratedJPerCm2: 2 * ratio, commandedJPerCm2: 2, reportedJPerCm2: 2 });
    // Commanded light may be 1 % above the truth, booked light is 0.3 % above what is measured.
    const most = 1.035 / 1.01 / 1.003;
    expect(apart(most - 1e-6).certainty).toBe('certain');
    expect(apart(most - 1e-6).deliveredJPerCm2).toBe(2);
    expect(apart(most + 1e-6).certainty).toBe('upperBound');
    expect(apart(1.032).deliveredJPerCm2).toBeCloseTo(2.064, 9);
  });

  it('a monitor that reads half is not believed: the commanded profile is the largest', () => {
    const found = estimate(light(40_000, 25));
    expect(found.certainty).toBe('upperBound');
    expect(found.deliveredJPerCm2).toBeCloseTo(2, 1);
  });

  it('lost ticks change nothing: a gap counts at the larger power', () => {
    const whole = light(20_000, 50);
    const holed = light(20_000, 50, (ms) => ms < 5000 || ms > 6500);
    expect(holed.integratedJPerCm2).toBeGreaterThanOrEqual(whole.integratedJPerCm2 - 1e-12);
    expect(holed.integratedJPerCm2).toBeLessThan(whole.integratedJPerCm2 + 0.001);
    expect(estimate(holed).certainty).toBe('certain');
  });

  it('a gap counts no longer than the last lease', () => {
    const holed = light(20_000, 50, (ms) => ms < 5000 || ms > 19_000, 5750);
    expect(holed.emissionMs).toBeLessThan(7500);
  });

  it('unknown time counts at 150 % of what is set, until the belt’s record is here', () => {
    const dose = light(10_000, 50);
    const unknown = estimate(dose, { unknownMs: 1000, strayMs: 0 });
    expect(unknown.certainty).toBe('upperBound');
    expect(unknown.deliveredJPerCm2).toBeCloseTo(0.5 + 0.075, 2);
    const record: BeltRecord = {
      number: 1,
      kind: 'closed',
      cause: 'linkLost',
      sessionTag: '',
      durationMs: 0,
      hazards: 0,
      entries: [
        {
          step: 0,
          zone: 0,
          wavelengthNm: 808,
          status: 'waiting',
          prescribedJPerCm2: 4,
          deliveredJPerCm2: 0.505,
          emissionMs: 10_100,
        },
      ],
    };
    const known = estimate(dose, NOTHING_UNSEEN, record);
    expect(known).toMatchObject({ certainty: 'certain', deliveredJPerCm2: 0.505 });
  });

  it('stray light counts at full scale', () => {
    const found = estimate(light(10_000, 50), { unknownMs: 0, strayMs: 2000 });
    expect(found.deliveredJPerCm2).toBeCloseTo(0.5 + 0.2, 2);
  });

  it('a power that is no number counts at 150 %', () => {
    expect(light(10_000, NaN).integratedJPerCm2).toBeGreaterThan(0.7);
  });

  it('a later tick with less delivered takes nothing back', () => {
    const doses = accumulateTick(
      SLOTS,
      [light(10_000, 50)],
      report(99, { zones: [zoneReport(0)] }),
      10_250,
      Infinity,
    );
    expect(doses[0]?.reportedJPerCm2).toBeCloseTo(0.5, 9);
  });
});

describe('two clocks', () => {
  const run = (rate: number, seconds: number, delayOf: (tick: number) => number = () => 5) => {
    let watch = NO_CLOCK_WATCH;
    let arrivedAtMs = 0;
    for (let tick = 0; tick < seconds * 4; tick++) {
      arrivedAtMs = Math.max(arrivedAtMs, tick * 250 + delayOf(tick));
      watch = watchClocks(watch, arrivedAtMs, tick * 250 * rate);
    }
    return clockDifferenceMs(watch);
  };

  it('that agree differ by nothing, whatever the jitter', () => {
    expect(Math.abs(run(1, 60, (tick) => (tick * 7919) % 90))).toBeLessThan(90);
  });

  it('a stall and its burst are delay, not drift', () => {
    let worst = 0;
    for (let seconds = 10; seconds < 15; seconds += 0.25)
      worst = Math.max(
        worst,
        Math.abs(run(1, seconds, (tick) => (tick >= 40 && tick < 47 ? (47 - tick) * 250 : 0))),
      );
    expect(worst).toBeLessThan(250);
  });

  it('5 % slow and 5 % fast are seen as such', () => {
    expect(run(0.95, 60)).toBeCloseTo(3000, -3);
    expect(run(1.05, 60)).toBeCloseTo(-3000, -3);
  });

  it('a tick delivered late is as old as it is', () => {
    let watch = NO_CLOCK_WATCH;
    for (let tick = 0; tick < 10; tick++) watch = watchClocks(watch, tick * 250 + 5, tick * 250);
    watch = watchClocks(watch, 4000, 2500);
    expect(stampedAtMs(watch, 4000, 2500)).toBe(2505);
  });
});

describe('the deadline of a status', () => {
  it('is when it goes stale, then when that ends the session, then never again', () => {
    expect(statusDeadlineMs(1000, 1000)).toBe(1851);
    expect(statusDeadlineMs(1000, 1851)).toBe(3851);
    expect(statusDeadlineMs(1000, 3851)).toBe(Infinity);
  });
});
