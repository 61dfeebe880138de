// How the belt sets its drivers, counts what it gave and goes dark, on a board whose photodiodes say what the test wrote.
import { describe, expect, it } from 'vitest';
import {
  controlEmission,
  darken,
  darkenOtherZones,
  hasDoseLeft,
  integrateDose,
} from '../../firmware-sim/firmware/emission.ts';
import { bareArmed, bareBelt, type Bare } from './bare.ts';
import { program, type ProgramShape } from './bench.ts';

/** Armed and leased for all zones until 2000 ms; no ramps unless told. */
function leased(shape: ProgramShape = {}): Bare {
  const bare = bareArmed(program({ rampUpS: 0, rampDownS: 0, ...shape }));
  bare.fw.leaseZones = 0b1111;
  bare.fw.leaseEndMs = 2000;
  bare.fw.ceiling = 1;
  return bare;
}
const drivers = ({ board }: Bare): number[] => [0, 2, 4, 6].map((emitter) => board.driverMw[emitter]!);
const setOf = (bare: Bare): number => (controlEmission(bare.fw), bare.fw.setMwPerCm2[0]!);

describe('the drivers', () => {
  it('are set to irradiance times area in every zone that is leased, covered and not done', () => {
    const bare = leased({ emitter: 1, irradiance: 4 });
    const { fw, board } = bare;
    board.contact[1] = 0;
    fw.leaseZones = 0b0111;
    fw.zoneStatus[2] = 3;
    controlEmission(fw);
    expect([...board.driverMw]).toEqual([0, 2, 0, 0, 0, 0, 0, 0]);
    expect([...fw.setMwPerCm2]).toEqual([4, 0, 0, 0]);
    expect([...fw.zoneStatus]).toEqual([2, 1, 3, 1]);
    expect([...fw.entryStatus.subarray(0, 4)]).toEqual([2, 1, 1, 1]);
    expect([...fw.zoneStarts]).toEqual([1, 0, 0, 0]);
    expect(board.masterClosed).toBe(true);
    controlEmission(fw);
    expect([...fw.zoneStarts]).toEqual([1, 0, 0, 0]);
  });
  it('stay dark in a zone that is not in the program, and the master with them', () => {
    const bare = leased({ zones: [1] });
    controlEmission(bare.fw);
    expect(drivers(bare)).toEqual([0, 50, 0, 0]);
    bare.board.contact[1] = 0;
    controlEmission(bare.fw);
    expect(drivers(bare)).toEqual([0, 0, 0, 0]);
    expect(bare.board.masterClosed).toBe(false);
    expect(bare.fw.zoneStatus[1]).toBe(1);
    expect(bare.fw.entryStatus[0]).toBe(1);
    expect(bare.fw.zoneLitMs[1]).toBe(0);
  });
  it('are set for a step that ends with the lease, and for none that would end after it', () => {
    for (const [endMs, isLit] of [
      [1010, true],
      [1009.9, false],
    ] as const) {
      const bare = leased();
      bare.fw.leaseEndMs = endMs;
      controlEmission(bare.fw);
      expect(bare.board.masterClosed).toBe(isLit);
    }
  });
  it('are set in the armed state alone', () => {
    for (const state of ['countdown', 'paused', 'selfTest', 'ended'] as const) {
      const bare = leased();
      bare.fw.state = state;
      controlEmission(bare.fw);
      expect(drivers(bare)).toEqual([0, 0, 0, 0]);
      expect(bare.board.masterClosed).toBe(false);
    }
  });
  it('pulse as the program says from the first step of light on', () => {
    const { fw, board } = leased({ frequencyHz: 10, duty: 0.5 });
    controlEmission(fw);
    expect([board.driverFrequencyHz[0], board.driverDutyCycle[0]]).toEqual([10, 0.5]);
    board.driverDutyCycle[0] = 0.4;
    controlEmission(fw);
    expect(board.driverDutyCycle[0]).toBe(0.4);
  });
});

describe('a ramp', () => {
  it.each([
    [0, 1],
    [10, 1],
    [35, 1],
    [36, 1.025],
    [995, 25],
    [1994, 49.975],
    [1995, 50],
    [5000, 50],
  ])('of 2 s up: after %d ms of light %d of 50 mW/cm², by the middle of the coming step', (litMs, set) => {
    const bare = leased({ rampUpS: 2 });
    bare.fw.zoneLitMs[0] = litMs;
    expect(setOf(bare)).toBeCloseTo(set, 9);
  });
  it.each([
    [25.1, 50],
    [25, 50],
    [16, 40],
    [4, 20],
    [1, 10],
  ])('of 1 s down: with %d mJ/cm² left, %d mW/cm²', (left, set) => {
    const bare = leased({ rampDownS: 1 });
    bare.fw.deliveredMjPerCm2[0] = 4000 - left;
    expect(setOf(bare)).toBeCloseTo(set, 6);
  });
  it('down takes the time it was given', () => {
    const bare = leased({ rampDownS: 4 });
    bare.fw.deliveredMjPerCm2[0] = 4000 - 16;
    expect(setOf(bare)).toBeCloseTo(20, 6);
  });
  it('down does not raise a ramp up', () => {
    const bare = leased({ rampUpS: 2, rampDownS: 1 });
    bare.fw.deliveredMjPerCm2[0] = 4000 - 16;
    bare.fw.zoneLitMs[0] = 395;
    expect(setOf(bare)).toBeCloseTo(10, 9);
  });
  it('without a time is none', () => {
    expect(setOf(leased())).toBe(50);
  });
});

describe('the end of a dose', () => {
  it('the last step gives what is left and no more', () => {
    for (const [left, set] of [
      [0.5, 50],
      [0.4, 40],
    ] as const) {
      const bare = leased();
      bare.fw.deliveredMjPerCm2[0] = 4000 - left;
      expect(setOf(bare)).toBeCloseTo(set, 6);
    }
  });
  it('a zone stays dark rather than touch its ceiling', () => {
    for (const [delivered, set] of [
      [1999.4, 50],
      [1999.5, 0],
      [1999.6, 0],
    ] as const) {
      const bare = leased();
      bare.fw.ceiling = 0.5;
      bare.fw.deliveredMjPerCm2[0] = delivered;
      expect(setOf(bare)).toBe(set);
    }
  });
  it('a full ceiling is none: the prescription itself is the bound', () => {
    const bare = leased();
    bare.fw.deliveredMjPerCm2[0] = 3999.5;
    expect(setOf(bare)).toBe(50);
  });
  it('is reached when the rest is less than the smallest light of the ramp gives', () => {
    const { fw } = leased({ rampDownS: 1 });
    const rest = fw.entries[0]!.restMjPerCm2;
    expect(rest).toBeCloseTo(0.04, 9);
    fw.deliveredMjPerCm2[0] = 4000 - rest;
    expect(hasDoseLeft(fw, 0)).toBe(false);
    fw.deliveredMjPerCm2[0] = 4000 - rest - 1e-6;
    expect(hasDoseLeft(fw, 0)).toBe(true);
  });
});

describe('what is counted', () => {
  it('is what the photodiode has integrated, over the area, whether the zone is set or not', () => {
    const { fw, board } = leased({ emitter: 1, irradiance: 4 });
    board.monitorEnergyMj[1] = 3;
    fw.meterMj[1] = 1;
    integrateDose(fw, 10);
    expect(fw.deliveredMjPerCm2[0]).toBe(4);
    expect(fw.meterMj[1]).toBe(3);
    integrateDose(fw, 10);
    expect(fw.deliveredMjPerCm2[0]).toBe(4);
    expect([fw.entryOnMs[0], fw.totalEmissionMs, fw.emissionMs, fw.zoneLitMs[0]]).toEqual([0, 0, 0, 0]);
  });
  it('and the time of the zones that are lit; the session counts once, however many they are', () => {
    const { fw } = leased({ zones: [0, 1], rampUpS: 2 });
    expect(fw.entries[0]?.rampUpMs).toBe(2000);
    fw.setMwPerCm2.fill(50);
    fw.zoneStarts.fill(1);
    integrateDose(fw, 10);
    expect([...fw.entryOnMs.subarray(0, 3)]).toEqual([10, 10, 0]);
    expect([...fw.entryCountedMs.subarray(0, 3)]).toEqual([10, 10, 0]);
    expect([...fw.zoneLitMs]).toEqual([10, 10, 0, 0]);
    expect([fw.totalEmissionMs, fw.emissionMs]).toEqual([10, 10]);
  });
  it('a ramp that is repeated does not count for the time of a zone, and the plateau after it does', () => {
    const { fw } = leased({ rampUpS: 2 });
    fw.setMwPerCm2[0] = 50;
    fw.zoneStarts[0] = 2;
    fw.zoneLitMs[0] = 1990;
    integrateDose(fw, 10);
    expect([fw.entryOnMs[0], fw.totalEmissionMs, fw.entryCountedMs[0], fw.emissionMs]).toEqual([
      10, 10, 0, 0,
    ]);
    integrateDose(fw, 10);
    expect([fw.entryOnMs[0], fw.totalEmissionMs, fw.entryCountedMs[0], fw.emissionMs]).toEqual([
      20, 20, 10, 10,
    ]);
  });
});

describe('dark', () => {
  it('is every switch and every zone that emitted, and what was done stays done', () => {
    const bare = leased();
    const { fw, board } = bare;
    controlEmission(fw);
    integrateDose(fw, 10);
    fw.zoneStatus[2] = fw.entryStatus[2] = 3;
    fw.zoneStatus[3] = fw.entryStatus[3] = 5;
    darken(fw);
    expect(board.masterClosed).toBe(false);
    expect([...board.driverMw, ...fw.setMwPerCm2, ...fw.zoneLitMs].every((value) => value === 0)).toBe(true);
    expect([...fw.zoneStatus]).toEqual([1, 1, 3, 5]);
    expect([...fw.entryStatus.subarray(0, 4)]).toEqual([1, 1, 3, 5]);
  });
  it('leaves zones alone that never were in a program', () => {
    const { fw } = bareBelt();
    darken(fw);
    expect([...fw.zoneStatus]).toEqual([0, 0, 0, 0]);
  });
  it('of the zones outside a mask is at once, and the master opens with the last of them', () => {
    const bare = leased({ zones: [0, 1, 2] });
    const { fw, board } = bare;
    controlEmission(fw);
    integrateDose(fw, 10);
    fw.zoneStatus[2] = 3;
    darkenOtherZones(fw, 0b1010);
    expect(drivers(bare)).toEqual([0, 50, 0, 0]);
    expect([...fw.setMwPerCm2]).toEqual([0, 50, 0, 0]);
    expect([...fw.zoneLitMs]).toEqual([0, 10, 0, 0]);
    expect([...fw.zoneStatus]).toEqual([1, 2, 3, 0]);
    expect([...fw.entryStatus.subarray(0, 3)]).toEqual([1, 2, 2]);
    expect(board.masterClosed).toBe(true);
    darkenOtherZones(fw, 0b1101);
    expect(drivers(bare)).toEqual([0, 0, 0, 0]);
    expect(board.masterClosed).toBe(false);
  });
});
