// Each rule for a hazard at its very bound, on a belt whose registers say what the test wrote. What a rule finds is a
// mask of zones.
import { describe, expect, it } from 'vitest';
import { HAZARD_ROWS, uncoveredZones } from '../../firmware-sim/firmware/hazards.ts';
import type { Firmware } from '../../firmware-sim/firmware/state.ts';
import { bareArmed, countsOf } from './bare.ts';
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

describe('the table of hazards', () => {
  it('is this, worst first', () => {
    expect(
      HAZARD_ROWS.map(
        ({ hazard, scope, pace, response, latched, cause }) =>
          `H${hazard} ${scope} ${pace} ${response} ${cause}${latched ? ' latched' : ''}`,
      ),
    ).toEqual([
      'H10 always fast lockout hazard latched',
      'H7 always fast end hazard latched',
      'H6 session fast end hazard',
      'H8 session fast cutZone hazard',
      'H9 session fast cutZone hazard',
      'H12 session fast endZone none',
      'H12 session fast end hazard',
      'H15 session fast end hazard',
      'H4 session slow end hazard latched',
      'H1 session slow end hazard latched',
      'H2 session slow end hazard',
      'H18 session slow end hazard',
      'H5 session fast pause contactLost',
      'H5 session fast end hazard',
      'H13 session fast end silence',
      'H13 session fast pause leaseExpired',
    ]);
  });
  it('nothing is found on a belt that is well, lit or dark', () => {
    const { fw } = lit();
    fw.lastLeaseLit = true;
    fw.leaseEndMs = 2000;
    for (const row of HAZARD_ROWS) expect(row.find(fw, 10), `H${row.hazard}`).toBe(0);
    for (const row of HAZARD_ROWS.filter(({ hazard }) => hazard !== 13))
      expect(row.find(bareArmed().fw, 10), `H${row.hazard}`).toBe(0);
  });
});

describe('skin (H01, H02, H04)', () => {
  it.each([
    [42.999, 0],
    [43, 0b0100],
    [NaN, 0b0100],
  ])('at %d °C', (celsius, mask) => {
    const { fw } = bareArmed();
    fw.skinC[2] = celsius;
    expect(found(fw, 1)).toEqual([mask]);
  });
  it.each([
    [1.999, 0],
    [2, 0b1000],
    [NaN, 0b1000],
  ])('heated for the equivalent of %d min', (minutes, mask) => {
    const { fw } = bareArmed();
    fw.thermalDoseMin[3] = minutes;
    expect(found(fw, 2)).toEqual([mask]);
  });
  it('sensors that stand still for a minute, either of a pair, are found with their zone', () => {
    for (const sensor of [2, 3])
      for (const [sameMs, mask] of [
        [59_999, 0],
        [60_000, 0b0010],
      ] as const) {
        const { fw } = bareArmed();
        fw.countsSameMs[sensor] = sameMs;
        expect(found(fw, 4)).toEqual([mask]);
      }
  });
  it('a pair that does not agree is found with its zone', () => {
    const { fw, board } = bareArmed();
    board.temperatureCounts[7] = countsOf(38);
    expect(found(fw, 4)).toEqual([0b1000]);
  });
});

describe('contact (H05)', () => {
  it('is missing where a zone is still to be treated, and nowhere else', () => {
    const { fw, board } = bareArmed(program({ zones: [0, 1, 2] }));
    board.contact.fill(0);
    fw.zoneStatus[1] = 3;
    fw.zoneStatus[2] = 2;
    expect(uncoveredZones(fw)).toBe(0b0101);
    board.contact[0] = 1;
    expect(uncoveredZones(fw)).toBe(0b0100);
  });
  it('is asked for from the self-test on, and not in a pause', () => {
    const { fw, board } = bareArmed();
    board.contact[0] = 0;
    for (const state of ['selfTest', 'countdown', 'armed'] as const) {
      fw.state = state;
      expect(found(fw, 5)).toEqual([0b0001, 0]);
    }
    for (const state of ['awaitingButton', 'paused'] as const) {
      fw.state = state;
      expect(found(fw, 5)).toEqual([0, 0]);
    }
  });
  it('three losses are borne, a fourth is not; with contact back it is the whole belt', () => {
    const { fw, board } = bareArmed();
    fw.contactLossCount = 3;
    expect(found(fw, 5)[1]).toBe(0);
    fw.contactLossCount = 4;
    expect(found(fw, 5)[1]).toBe(ALL);
    board.contact[2] = 0;
    expect(found(fw, 5)[1]).toBe(0b0100);
  });
  it('its absence is counted only while it pauses the session and is absent', () => {
    const { fw, board } = bareArmed();
    board.contact[2] = 0;
    const count = (): number => (found(fw, 5), fw.contactLossMs);
    expect(count()).toBe(0);
    fw.state = 'paused';
    fw.cause = 'pausedByCommand';
    expect(count()).toBe(0);
    fw.cause = 'contactLost';
    expect(count()).toBe(10);
    board.contact[2] = 1;
    expect(count()).toBe(10);
  });
  it('30 s without it are borne, and no more', () => {
    const { fw } = bareArmed();
    fw.contactLossMs = 30_000;
    expect(found(fw, 5)[1]).toBe(0);
    fw.contactLossMs = 30_000.1;
    expect(found(fw, 5)[1]).toBe(ALL);
  });
});
