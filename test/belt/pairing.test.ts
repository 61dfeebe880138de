import { describe, expect, it } from 'vitest';
import { createPairingRig } from './support/rig.ts';
import { BELT_ID } from './support/scripted-lock.ts';

describe('pairing a belt', () => {
  it('ends with a key that both ends have, proven by a sealed session, and no link left', () => {
    const rig = createPairingRig();
    rig.pair();
    rig.clock.advance(0);
    expect(rig.results).toMatchObject([
      { ok: true, beltId: BELT_ID, profile: { beltId: '0102030405060708' } },
    ]);
    expect(rig.kept.map((key) => key.longTermKey)).toEqual(rig.lock.paired);
    expect(rig.scripted.connected()).toBe(false);
    expect(rig.clock.nextDeadlineMs()).toBeUndefined();
  });

  it('stores the key before the belt is asked to use it', () => {
    const rig = createPairingRig();
    rig.keep = () => undefined;
    rig.pair();
    rig.clock.advance(0);
    expect(rig.kept).toHaveLength(1);
    expect(rig.lock.kinds).toHaveLength(2);
    expect(rig.results).toEqual([]);
  });
});
