// Each rule for a hazard of light and time at its very bound, on a belt whose registers say what the test wrote. What a rule finds is a
// mask of zones.
import { describe, expect, it } from 'vitest';
import { HAZARD_ROWS } from '../../firmware-sim/firmware/hazards.ts';
import type { Firmware } from '../../firmware-sim/firmware/state.ts';
import { bareArmed, bareBelt } from './bare.ts';
import { program } from './bench.ts';

/** What the rules of a hazard find, in the order of the table. */
const found = (fw: Firmware, hazard: number, elapsedMs = 10): number[] =>
  HAZARD_ROWS.filter((row) => row.hazard === hazard).map((row) => row.find(fw, elapsedMs));
/** Armed, with 50 mW/cm² set in the zones L1 to L4 and seen as set. */
function lit(shape = {}): ReturnType<typeof bareArmed> {
  const bare = bareArmed(program(shape));
  const { fw, board } = bare;
  board.masterClosed = board.masterSense = true;
  for (let zone = 0; zone < 4; zone++) {
    fw.zoneStatus[zone] = 2;
    fw.setMwPerCm2[zone] = 50;
    board.driverMw[zone * 2] = board.monitorMw[zone * 2] = board.monitorPeakMw[zone * 2] = 50;
  }
  return bare;
}
const ALL = 0b1111;

describe('light that is too much (H06, H07)', () => {
  it.each([
    [4400, 0],
    [4400.01, 0b0010],
    [NaN, 0b0010],
  ])('a dose of %d mJ/cm² where 4000 are prescribed', (delivered, mask) => {
    const { fw } = bareArmed();
    fw.deliveredMjPerCm2[1] = delivered;
    fw.deliveredMjPerCm2[7] = 9999;
    expect(found(fw, 6)).toEqual([mask]);
  });
  it('a zone that has no entry has no dose to overrun', () => {
    const { fw } = bareArmed(program({ zones: [1] }));
    expect(found(fw, 6)).toEqual([0]);
    fw.deliveredMjPerCm2[0] = 5000;
    expect(found(fw, 6)).toEqual([0b0010]);
  });
  it.each([
    [120, 0],
    [120.01, 0b0100],
    [NaN, 0b0100],
  ])('%d mW/cm² measured', (irradiance, mask) => {
    const { fw, board } = lit();
    board.monitorMw[4] = irradiance;
    expect(found(fw, 7)).toEqual([mask]);
  });
  it('is by the area of each emitter', () => {
    const { fw, board } = lit();
    board.monitorMw[5] = 60;
    fw.skinLimit.fill(1e6);
    expect(found(fw, 7)).toEqual([0]);
    board.monitorMw[5] = 60.01;
    expect(found(fw, 7)).toEqual([0b0100]);
  });
  it('emitters of one zone add up as parts of their limits, those of two zones do not', () => {
    const { fw, board } = lit();
    fw.skinLimit.fill(100);
    board.monitorMw.fill(0);
    board.monitorMw[0] = 50;
    board.monitorMw[1] = 25;
    board.monitorMw[2] = 50;
    board.monitorMw[3] = 25;
    expect(found(fw, 7)).toEqual([0]);
    board.monitorMw[3] = 25.01;
    expect(found(fw, 7)).toEqual([0b0010]);
  });
  it('is looked for while the master or the voltage behind it says on, and is H10 otherwise', () => {
    const { fw, board } = lit();
    board.monitorMw[4] = 200;
    for (const [closed, sense, mask] of [
      [true, false, 0b0100],
      [false, true, 0b0100],
      [false, false, 0],
    ] as const) {
      board.masterClosed = closed;
      board.masterSense = sense;
      expect(found(fw, 7)).toEqual([mask]);
    }
  });
});

describe('light that is not as set (H08)', () => {
  const see = (mean: number, peak: number, elapsedMs = 10): number => {
    const { fw, board } = lit();
    board.monitorMw[2] = mean;
    board.monitorPeakMw[2] = peak;
    return found(fw, 8, elapsedMs)[0]!;
  };
  it('one sample of the on-phase or of the mean half above what is set, and 2 % of full scale, is too much', () => {
    expect([see(50, 77), see(50, 77.01), see(77, 50), see(77.01, 50)]).toEqual([0, 0b0010, 0, 0b0010]);
    expect([see(NaN, 50), see(50, NaN)]).toEqual([0b0010, 0b0010]);
  });
  it('20 % either way are borne for ever, more than that for less than a second', () => {
    expect([see(50, 60, 1000), see(50, 60.01, 1000), see(50, 60.01, 999)]).toEqual([0, 0b0010, 0]);
    expect([see(50, 40, 1000), see(50, 39.99, 1000), see(50, 39.99, 999)]).toEqual([0, 0b0010, 0]);
  });
  it('at little light the band is 2 % of full scale', () => {
    const { fw, board } = lit();
    board.driverMw[2] = board.monitorMw[2] = 4;
    for (const [peak, mask] of [
      [6, 0],
      [2, 0],
      [6.01, 0b0010],
      [1.99, 0b0010],
    ] as const) {
      board.monitorPeakMw[2] = peak;
      fw.deviationMs.fill(0);
      expect(found(fw, 8, 1000)).toEqual([mask]);
    }
  });
  it('pulsed light is compared by its on-phase', () => {
    const { fw, board } = lit();
    board.driverDutyCycle[2] = 0.5;
    board.monitorPeakMw[2] = 100;
    expect(found(fw, 8, 1000)).toEqual([0]);
    board.monitorPeakMw[2] = 50;
    expect(found(fw, 8, 1000)).toEqual([0b0010]);
  });
  it('the time adds up, a good sample ends it, and so does darkness', () => {
    const { fw, board } = lit();
    board.monitorPeakMw[2] = 30;
    found(fw, 8, 600);
    expect(fw.deviationMs[1]).toBe(600);
    found(fw, 8, 300);
    expect(fw.deviationMs[1]).toBe(900);
    board.monitorPeakMw[2] = 50;
    found(fw, 8, 300);
    expect(fw.deviationMs[1]).toBe(0);
    board.monitorPeakMw[2] = 30;
    found(fw, 8, 300);
    fw.setMwPerCm2[1] = 0;
    expect(found(fw, 8, 5000)).toEqual([0]);
    expect(fw.deviationMs[1]).toBe(0);
  });
});

describe('light that fails (H09) or that nobody set (H10)', () => {
  it('less than a tenth of what is set, for 50 ms in a row', () => {
    const { fw, board } = lit();
    board.monitorMw[2] = 5;
    expect(found(fw, 9, 50)).toEqual([0]);
    board.monitorMw[2] = 4.99;
    expect(found(fw, 9, 30)).toEqual([0]);
    expect(found(fw, 9, 19)).toEqual([0]);
    expect(found(fw, 9, 1)).toEqual([0b0010]);
    board.monitorMw[2] = 5;
    expect(found(fw, 9, 10)).toEqual([0]);
    expect(fw.deadMs[1]).toBe(0);
    fw.deadMs[1] = 40;
    fw.setMwPerCm2[1] = 0;
    board.monitorMw[2] = 0;
    expect(found(fw, 9, 100)).toEqual([0]);
    expect(fw.deadMs[1]).toBe(0);
  });
  it('below 2 % of full scale there is nothing to compare with', () => {
    const { fw, board } = lit();
    board.monitorMw[2] = 0;
    board.driverMw[2] = 1.99;
    expect(found(fw, 9, 100)).toEqual([0]);
    board.driverMw[2] = 2;
    expect(found(fw, 9, 100)).toEqual([0b0010]);
  });
  it('more than 2 % of full scale from what is off, for 50 ms in a row, in whatever state', () => {
    const { fw, board } = bareBelt();
    board.monitorMw[5] = 0.1;
    expect(found(fw, 10, 100)).toEqual([0]);
    board.monitorMw[5] = 0.11;
    expect(found(fw, 10, 30)).toEqual([0]);
    expect(found(fw, 10, 19)).toEqual([0]);
    expect(found(fw, 10, 1)).toEqual([0b0100]);
    board.driverMw[5] = 0.11;
    expect(found(fw, 10, 100)).toEqual([0]);
    expect(fw.offExcessMs[5]).toBe(0);
    board.driverMw[5] = 0;
    board.monitorMw[5] = 0;
    fw.offExcessMs[5] = 40;
    expect(found(fw, 10, 100)).toEqual([0]);
    expect(fw.offExcessMs[5]).toBe(0);
  });
});

describe('time (H12, H13), frames (H15), battery (H18)', () => {
  it('a zone that is lit 5 % longer than planned', () => {
    const { fw } = lit();
    const plannedMs = fw.entries[3]!.plannedMs;
    fw.entryCountedMs[3] = plannedMs * 1.05 - 1;
    expect(found(fw, 12)).toEqual([0, 0]);
    fw.entryCountedMs[3] = plannedMs * 1.05;
    expect(found(fw, 12)).toEqual([0b1000, 0]);
    fw.zoneStatus[3] = 1;
    expect(found(fw, 12)).toEqual([0, 0]);
    fw.zoneStatus[3] = 2;
    fw.zoneEntry[3] = -1;
    expect(found(fw, 12)).toEqual([0, 0]);
  });
  it('a session beyond its backstop, or beyond 30 min in all', () => {
    const { fw } = lit();
    fw.emissionMs = fw.backstopMs;
    fw.totalEmissionMs = 1_800_000;
    expect(found(fw, 12)).toEqual([0, 0]);
    fw.emissionMs += 1;
    expect(found(fw, 12)).toEqual([0, ALL]);
    fw.emissionMs = 0;
    fw.totalEmissionMs += 1;
    expect(found(fw, 12)).toEqual([0, ALL]);
  });
  it('a lease that would end within the coming step has run out, if it gave light and the belt is armed', () => {
    const { fw } = lit();
    fw.lastLeaseLit = true;
    fw.leaseEndMs = 1010;
    expect(found(fw, 13)).toEqual([0, 0]);
    fw.leaseEndMs = 1009;
    expect(found(fw, 13)).toEqual([0, ALL]);
    fw.lastLeaseLit = false;
    expect(found(fw, 13)).toEqual([0, 0]);
    fw.lastLeaseLit = true;
    fw.state = 'countdown';
    expect(found(fw, 13)).toEqual([0, 0]);
  });
  it('a controller that is silent for 10 s, but not while the belt waits for its button', () => {
    const { fw } = lit();
    fw.nowMs = 10_999;
    expect(found(fw, 13)[0]).toBe(0);
    fw.nowMs = 11_000;
    expect(found(fw, 13)[0]).toBe(ALL);
    fw.state = 'awaitingButton';
    expect(found(fw, 13)[0]).toBe(0);
  });
  it('a third bad frame', () => {
    const { fw } = lit();
    fw.badFrameCount = 2;
    expect(found(fw, 15)).toEqual([0]);
    fw.badFrameCount = 3;
    expect(found(fw, 15)).toEqual([ALL]);
  });
  it.each([
    [10, false, 0],
    [9.99, false, ALL],
    [NaN, false, ALL],
    [80, true, ALL],
  ])('a battery at %d percent, charging %s', (percent, charging, mask) => {
    const { fw, board } = lit();
    board.batteryPercent = percent;
    board.charging = charging;
    expect(found(fw, 18)).toEqual([mask]);
  });
});
