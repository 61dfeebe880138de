// What the belt makes of its temperature sensors and its self-test, and what its flash keeps, at each bound.
import { describe, expect, it } from 'vitest';
import {
  closeRecord,
  createFlash,
  interruptOpenRecord,
  nextTickNumber,
  openRecord,
  persistRecord,
  recordForWire,
} from '../../firmware-sim/firmware/flash.ts';
import { failingZones } from '../../firmware-sim/firmware/self-test.ts';
import { areSensorsPlausible, readTemperatures } from '../../firmware-sim/firmware/sensors.ts';
import { bareArmed, bareBelt, countsOf, type Bare } from './bare.ts';
import { program } from './bench.ts';

const put = ({ board }: Bare, leftC: number, rightC: number, zone = 1): void => {
  board.temperatureCounts[zone * 2] = countsOf(leftC);
  board.temperatureCounts[zone * 2 + 1] = countsOf(rightC);
};

describe('temperature', () => {
  it.each([
    [33, 33, true],
    [10, 10, true],
    [9.975, 10, false],
    [10, 9.975, false],
    [60, 60, true],
    [60.025, 60, false],
    [60, 60.025, false],
    [30, 34, true],
    [34, 30, true],
    [30, 34.025, false],
    [34.025, 30, false],
  ])('%d °C and %d °C are plausible: %s', (left, right, isPlausible) => {
    const bare = bareBelt();
    put(bare, left, right);
    expect(areSensorsPlausible(bare.fw, 1)).toBe(isPlausible);
    expect(areSensorsPlausible(bare.fw, 0)).toBe(true);
    expect(failingZones(bare.fw)).toBe(isPlausible ? 0 : 0b0010);
  });
  it.each([
    [33, 35, 35],
    [35, 33, 35],
    [5, 33, 33],
    [33, 5, 33],
    [33, 70, 33],
    [70, 33, 33],
    [5, 5, NaN],
  ])('of %d °C and %d °C the hotter one that can be true counts: %d', (left, right, skinC) => {
    const bare = bareBelt();
    put(bare, left, right);
    readTemperatures(bare.fw, 100, false);
    expect(bare.fw.skinC[1]).toBe(skinC);
  });
  it('is filtered: a sample counts for 60 %', () => {
    const bare = bareBelt();
    readTemperatures(bare.fw, 100, false);
    put(bare, 38, 38);
    readTemperatures(bare.fw, 100, false);
    expect(bare.fw.skinC[1]).toBeCloseTo(36, 9);
  });
  it.each([
    [38.975, 0],
    [39, 4 ** -4],
    [42, 0.25],
    [43, 1],
    [44, 2],
  ])('a minute at %d °C is as much as %d min at 43 °C', (celsius, minutes) => {
    const bare = bareBelt();
    put(bare, celsius, celsius);
    readTemperatures(bare.fw, 60_000, true);
    expect(bare.fw.thermalDoseMin[1]).toBeCloseTo(minutes, 9);
    put(bare, 33, 33);
    readTemperatures(bare.fw, 60_000, true);
    expect(bare.fw.thermalDoseMin[1]).toBeCloseTo(minutes * 2, 9);
  });
  it('without a reading the dose of heat is no number, which is too much', () => {
    const bare = bareBelt();
    put(bare, 5, 5);
    readTemperatures(bare.fw, 100, true);
    expect(bare.fw.thermalDoseMin[1]).toBeNaN();
  });
  it('a sensor that stands still is counted while there is light, and anew when it moves', () => {
    const bare = bareBelt();
    const { fw } = bare;
    readTemperatures(fw, 100, true);
    readTemperatures(fw, 100, false);
    expect(fw.countsSameMs[7]).toBe(0);
    readTemperatures(fw, 100, true);
    readTemperatures(fw, 100, true);
    expect([...fw.countsSameMs]).toEqual(Array(8).fill(200));
    put(bare, 33.025, 33);
    readTemperatures(fw, 100, true);
    expect([...fw.countsSameMs.subarray(2, 4)]).toEqual([0, 300]);
  });
});

describe('the self-test', () => {
  it('fails every zone for voltage behind the open master, or for light', () => {
    const { fw, board } = bareBelt();
    expect(failingZones(fw)).toBe(0);
    board.masterSense = true;
    expect(failingZones(fw)).toBe(0b1111);
    board.masterSense = false;
    board.monitorMw[2] = 3;
    expect(failingZones(fw)).toBe(0b1111);
  });
  it('fails the zone of a driver that is not well', () => {
    for (const sense of [1, 2]) {
      const { fw, board } = bareBelt();
      board.driverSense[5] = sense;
      board.driverSense[7] = sense;
      expect(failingZones(fw)).toBe(0b1100);
    }
  });
});

describe('the flash', () => {
  it('begins empty and is numbered from one', () => {
    const { beltId: _id, keyImage: _keys, ...flash } = createFlash(new Uint8Array(8));
    expect([_id.length, _keys.length]).toEqual([8, 4]);
    expect(flash).toEqual({
      bootCount: 0,
      tickReserve: 1,
      eventNumber: 0,
      recordNumber: 0,
      latched: 0,
      lockedOut: false,
      records: [],
    });
  });
  it('reserves 256 tick numbers ahead, and only when the reserve is used up', () => {
    const { fw, flash } = bareBelt();
    expect([nextTickNumber(fw), flash.tickReserve]).toEqual([2, 258]);
    expect([nextTickNumber(fw), flash.tickReserve]).toEqual([3, 258]);
    fw.tick = 256;
    expect([nextTickNumber(fw), flash.tickReserve]).toEqual([257, 258]);
    expect([nextTickNumber(fw), flash.tickReserve]).toEqual([258, 514]);
  });
  it('keeps 32 records, and the oldest gives way', () => {
    const { fw, flash } = bareBelt();
    for (let count = 0; count < 33; count++) openRecord(fw, program());
    expect(flash.records.map(({ number }) => number)).toEqual(Array.from({ length: 32 }, (_, at) => at + 2));
  });
  it('a record is the session as it stands, with a margin for the zones that can still be lit', () => {
    const { fw, flash } = bareArmed(program({ steps: 2 }));
    fw.nowMs = 2500.4;
    fw.hazards = 1;
    fw.pauseHazards = 4;
    fw.deliveredMjPerCm2[0] = 10.001;
    fw.entryOnMs[0] = 205;
    fw.entryStatus.set([2, 1, 3, 5, 1, 2]);
    persistRecord(fw);
    const record = flash.records[0]!;
    expect(record).toMatchObject({
      kind: 'open',
      cause: 'none',
      durationMs: 1500,
      hazards: 5,
      startUptimeMs: 1000,
    });
    expect(fw.persistedAtMs).toBe(2500.4);
    expect([...record.marginMjPerCm2]).toEqual([22.5, 22.5, 0, 0, 0, 0, 0, 0]);
    const wire = recordForWire(fw, record);
    expect(wire.entries[0]).toMatchObject({
      deliveredTenMicroJPerCm2: 1001,
      emissionCentiS: 21,
      status: 'emitting',
    });
    expect(wire.entries[3]).toMatchObject({ status: 'cutOff', zone: 3, emitter: 6, step: 0 });
    fw.deliveredMjPerCm2[0] = 12;
    expect(recordForWire(fw, record).entries[0]?.deliveredTenMicroJPerCm2).toBe(1200);
    closeRecord(fw, 'stopped');
    expect([record.kind, record.cause, fw.record, record.marginMjPerCm2[0]]).toEqual([
      'closed',
      'stopped',
      undefined,
      0,
    ]);
    fw.deliveredMjPerCm2[0] = 99;
    closeRecord(fw, 'completed');
    expect([record.cause, recordForWire(fw, record).entries[0]?.deliveredTenMicroJPerCm2]).toEqual([
      'stopped',
      1200,
    ]);
    record.hazards = 0x1ffffff;
    expect(recordForWire(fw, record).hazards).toBe(0xffffff);
  });
  it('a restart adds the margin and the uncertainty to an open record, and touches no other', () => {
    const { fw, flash } = bareArmed(program({ steps: 2 }));
    fw.deliveredMjPerCm2[0] = 100;
    fw.deliveredMjPerCm2[4] = 10;
    persistRecord(fw);
    interruptOpenRecord(flash);
    const record = flash.records[0]!;
    expect([record.kind, record.cause]).toEqual(['interrupted', 'rebooted']);
    expect(record.deliveredMjPerCm2[0]).toBeCloseTo(122.5 * 1.003, 9);
    expect(record.deliveredMjPerCm2[4]).toBeCloseTo(10.03, 9);
    expect([record.emissionMs[0], record.emissionMs[4], record.marginMjPerCm2[0]]).toEqual([300, 0, 0]);
    const before = [...record.deliveredMjPerCm2];
    interruptOpenRecord(flash);
    expect([...record.deliveredMjPerCm2]).toEqual(before);
  });
});
