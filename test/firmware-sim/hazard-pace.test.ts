// Which hazards are looked for at which pace, and what is found again.
import { describe, expect, it } from 'vitest';
import { HAZARD_ROWS, evaluateHazards, respondTo } from '../../firmware-sim/firmware/hazards.ts';
import { sendTick } from '../../firmware-sim/firmware/ticks.ts';
import { bareArmed, bareBelt, withOwner } from './bare.ts';

const rowOf = (hazard: number) => HAZARD_ROWS.find((row) => row.hazard === hazard)!;

describe('within a session', () => {
  it('slow hazards are looked for at the slow pace alone', () => {
    const { fw, board } = bareArmed();
    board.batteryPercent = 5;
    evaluateHazards(fw, 'fast', 10);
    expect(fw.state).toBe('armed');
    evaluateHazards(fw, 'slow', 100);
    expect(fw.state).toBe('ended');
  });
  it('fast hazards are looked for at the fast pace alone', () => {
    const { fw } = bareArmed();
    fw.badFrameCount = 3;
    evaluateHazards(fw, 'slow', 100);
    expect(fw.state).toBe('armed');
    evaluateHazards(fw, 'fast', 10);
    expect(fw.state).toBe('ended');
  });
  it('only a loss of contact counts as one', () => {
    const { fw } = bareArmed();
    respondTo(fw, rowOf(5), 1);
    expect(fw.contactLossCount).toBe(1);
    const other = bareArmed().fw;
    respondTo(other, { ...rowOf(13), response: 'pause' }, 1);
    expect(other.contactLossCount).toBe(0);
  });
  it('what was latched and found before ends a session all the same', () => {
    const { fw, flash } = bareArmed();
    fw.hazards = flash.latched = 1 << 6;
    respondTo(fw, rowOf(7), 0b0110);
    expect(fw.state).toBe('ended');
    expect(fw.events.at(-1)).toMatchObject({ kind: 'hazard', zone: 1 });
  });
});

describe('without a session', () => {
  it.each([
    [1 << 6, 0],
    [0, 1 << 6],
  ])('with %d found and %d latched before, a hazard is told', (found, latched) => {
    const { fw, flash } = bareBelt();
    fw.hazards = found;
    flash.latched = latched;
    respondTo(fw, rowOf(7), 1);
    // Latching is part of finding: what was found before but not latched is latched now, and told.
    expect(fw.events.map(({ hazard }) => hazard)).toEqual([7]);
  });
});

describe('a tick', () => {
  it('is two frames and one for each zone', () => {
    const bare = bareBelt();
    withOwner(bare);
    sendTick(bare.fw);
    expect(bare.sent).toHaveLength(6);
  });
});
