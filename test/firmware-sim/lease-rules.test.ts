// Each rule of a lease at its very bound, on a belt without physics.
import { describe, expect, it } from 'vitest';
import { forgetLease, takeLease } from '../../firmware-sim/firmware/lease.ts';
import { createFirmware, type Firmware } from '../../firmware-sim/firmware/state.ts';
import { CEILING_FULL, type BeltState, type Lease } from '../../protocol/messages.ts';
import { bareArmed, bareBelt, step, type Bare } from './bare.ts';

const lease = (change: Partial<Lease> = {}): Lease => ({
  tick: 20,
  step: 0,
  zones: 0b1111,
  ceiling: CEILING_FULL,
  epoch: 1,
  ...change,
});
/** Whether a lease counted, and whether the belt said to itself that it did not. */
function isTaken(fw: Firmware, change: Partial<Lease> = {}): boolean {
  const ignored = fw.ignoredLeaseCount;
  const before = [fw.leaseTaken, fw.leaseTick, fw.step, fw.leaseZones, fw.leaseEndMs].join();
  takeLease(fw, lease(change));
  if (fw.ignoredLeaseCount === ignored) return true;
  expect(fw.ignoredLeaseCount).toBe(ignored + 1);
  expect([fw.leaseTaken, fw.leaseTick, fw.step, fw.leaseZones, fw.leaseEndMs].join()).toBe(before);
  return false;
}
const litZones = ({ board }: Bare): number[] =>
  [0, 1, 2, 3].filter((zone) => board.masterClosed && board.driverMw[zone * 2]! > 0);

describe('a lease counts', () => {
  const states: readonly (readonly [BeltState, boolean])[] = [
    ['armed', true],
    ['paused', true],
    ['countdown', true],
    ['selfTest', true],
    ['awaitingButton', false],
    ['standby', false],
    ['prepared', false],
    ['ended', false],
    ['lockout', false],
  ];
  it.each(states)('in the state %s: %s', (state, counts) => {
    const { fw } = bareArmed();
    fw.state = state;
    expect(isTaken(fw)).toBe(counts);
    if (!counts) return;
    expect(fw.leaseZones).toBe(state === 'armed' ? 0b1111 : 0);
    expect(fw.lastLeaseLit).toBe(state === 'armed');
  });

  it('only within a session, whatever the state says', () => {
    const { fw } = bareArmed();
    fw.record = undefined;
    expect(isTaken(fw)).toBe(false);
  });

  it('for a tick that was sent in this session: the first and the newest, none before and none after', () => {
    const taken = (tick: number): boolean => {
      const { fw } = bareArmed();
      fw.firstTick = 12;
      return isTaken(fw, { tick });
    };
    expect([11, 12, 20, 21].map(taken)).toEqual([false, true, true, false]);
  });

  it('for the newest sixteen ticks', () => {
    const taken = (tick: number): boolean => isTaken(bareArmed().fw, { tick });
    expect([4, 5].map(taken)).toEqual([false, true]);
  });

  it('in its own epoch alone', () => {
    const taken = (epoch: number): boolean => {
      const { fw } = bareArmed();
      fw.epoch = 2;
      return isTaken(fw, { epoch });
    };
    expect([1, 2, 3].map(taken)).toEqual([false, true, false]);
  });

  it('for this step and those to come, and for none that is past or that there is not', () => {
    const { fw } = bareArmed();
    expect(isTaken(fw, { step: 2 })).toBe(false);
    expect(isTaken(fw, { step: 1 })).toBe(true);
    expect(fw.step).toBe(1);
    fw.tick = 21;
    expect(isTaken(fw, { tick: 21, step: 0 })).toBe(false);
    expect(fw.step).toBe(1);
  });

  it('unless a newer one came before it', () => {
    const { fw } = bareArmed();
    expect(isTaken(fw, { tick: 19 })).toBe(true);
    expect(isTaken(fw, { tick: 18 })).toBe(false);
    expect(isTaken(fw, { tick: 19 })).toBe(true);
    expect(isTaken(fw, { tick: 20 })).toBe(true);
    const other = bareArmed().fw;
    other.leaseTick = 20;
    expect(isTaken(other, { tick: 19 })).toBe(true);
  });
});

describe('what a lease gives', () => {
  it('ends one second after its tick was sent', () => {
    const { fw } = bareArmed();
    fw.tickTimes[19 % 16] = 940;
    takeLease(fw, lease({ tick: 19 }));
    expect(fw.leaseEndMs).toBe(1940);
  });

  it('never ends before one that was taken earlier', () => {
    const { fw } = bareArmed();
    takeLease(fw, lease({ tick: 19 }));
    fw.tickTimes[20 % 16] = 900;
    takeLease(fw, lease());
    expect(fw.leaseEndMs).toBe(2000);
  });

  it('is a sign of life at the time it comes, once for each tick', () => {
    const { fw } = bareArmed();
    fw.nowMs = 1100;
    takeLease(fw, lease());
    expect(fw.leaseAcceptedAtMs).toBe(1100);
    fw.nowMs = 1200;
    takeLease(fw, lease());
    expect(fw.leaseAcceptedAtMs).toBe(1100);
  });

  it('lights the zones it names and no others, and none the belt does not have', () => {
    const bare = bareArmed();
    takeLease(bare.fw, lease({ zones: 0b1111_0101 }));
    expect(bare.fw.leaseZones).toBe(0b0101);
    step(bare);
    expect(litZones(bare)).toEqual([0, 2]);
  });

  it('a ceiling is a part of its full count, only ever rises, and each step begins without one', () => {
    const { fw } = bareArmed();
    takeLease(fw, lease({ ceiling: CEILING_FULL * 0.4 }));
    expect(fw.ceiling).toBeCloseTo(0.4, 9);
    takeLease(fw, lease({ ceiling: CEILING_FULL * 0.6 }));
    expect(fw.ceiling).toBeCloseTo(0.6, 9);
    takeLease(fw, lease({ ceiling: CEILING_FULL * 0.2 }));
    expect(fw.ceiling).toBeCloseTo(0.6, 9);
    fw.tick = 21;
    takeLease(fw, lease({ tick: 21, ceiling: CEILING_FULL * 0.2 }));
    expect(fw.ceiling).toBeCloseTo(0.6, 9);
    fw.tick = 22;
    takeLease(fw, lease({ tick: 22, step: 1, ceiling: CEILING_FULL * 0.2 }));
    expect(fw.ceiling).toBeCloseTo(0.2, 9);
  });

  it('the same tick again for the next step is ignored: steps change with a new tick', () => {
    const { fw } = bareArmed();
    takeLease(fw, lease());
    expect(isTaken(fw, { step: 1 })).toBe(false);
    expect(fw.step).toBe(0);
  });

  it('the same tick again takes zones away, and they are dark at once', () => {
    const bare = bareArmed();
    takeLease(bare.fw, lease());
    step(bare);
    expect(litZones(bare)).toEqual([0, 1, 2, 3]);
    takeLease(bare.fw, lease({ zones: 0b0100 }));
    expect(litZones(bare)).toEqual([2]);
    takeLease(bare.fw, lease({ zones: 0b0011 }));
    expect(litZones(bare)).toEqual([]);
    expect(bare.fw.lastLeaseLit).toBe(false);
  });
});

describe('a lease that is forgotten', () => {
  it('leaves nothing behind', () => {
    const { fw } = bareArmed();
    takeLease(fw, lease());
    forgetLease(fw);
    const { leaseZones, lastLeaseLit, leaseTaken, leaseEndMs } = fw;
    expect({ leaseZones, lastLeaseLit, leaseTaken, leaseEndMs }).toEqual({
      leaseZones: 0,
      lastLeaseLit: false,
      leaseTaken: false,
      leaseEndMs: 0,
    });
  });

  it('a belt that was just switched on has none', () => {
    const { fw, board, flash } = bareBelt();
    const fresh = createFirmware(board, flash, fw.lock, fw.features, fw.featureBytes, fw.outputs);
    expect([fresh.leaseTaken, fresh.lastLeaseLit, fresh.leaseZones, fresh.leaseEndMs]).toEqual([
      false,
      false,
      0,
      0,
    ]);
  });
});
