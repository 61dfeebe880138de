// STOP needs no key, no handshake and no luck: it leaves first, whatever the belt says to the rest.
import { describe, expect, it } from 'vitest';
import { encodeFeatures } from '../../protocol/documents.ts';
import { createRig, createSealedRig, type SealedRig } from './support/rig.ts';
import { FEATURES, obedient } from './support/scripted-belt.ts';
import { CREDENTIALS } from './support/scripted-lock.ts';

describe('STOP while a paired belt is opened', () => {
  it.each<readonly [string, (rig: SealedRig) => void]>([
    ['refuses', (rig: SealedRig) => (rig.lock.longTermKey = undefined)],
    ['is silent', (rig: SealedRig) => (rig.lock.alter = () => undefined)],
    ['takes no write on the control point', (rig: SealedRig) => rig.scripted.silent.add('controlPoint')],
    ['lies about its features', (rig: SealedRig) => (rig.scripted.script = () => ({ code: 'ok' }))],
    ['opens as it should', () => undefined],
  ])(
    'asked for before there is a link to a belt that %s: it is the first thing to leave',
    (_what, change) => {
      const rig = createSealedRig();
      change(rig);
      rig.belt.open();
      rig.belt.stop();
      expect(rig.scripted.stopCount).toBe(0);
      rig.clock.advance(0);
      expect(rig.scripted.stopCount).toBe(1);
      expect(rig.scripted.order[0]).toBe('stop');
    },
  );

  it('asked for on a belt that is paired with others only: STOP leaves, then the words come', () => {
    const rig = createRig();
    rig.scripted.features = encodeFeatures({ ...FEATURES, paired: true });
    rig.belt.open();
    rig.belt.stop();
    rig.clock.advance(0);
    expect(rig.scripted.stopCount).toBe(1);
    expect(rig.of('belt.unreachable')).toMatchObject([{ failure: 'notPaired' }]);
  });

  it('asked for in the middle of a handshake that hangs: leaves at once', () => {
    const rig = createSealedRig();
    rig.lock.alter = () => undefined;
    rig.belt.open();
    rig.clock.advance(100);
    rig.belt.stop();
    expect(rig.scripted.stopCount).toBe(1);
  });

  it('a STOP of one opening is not carried into the next', () => {
    const rig = createSealedRig();
    rig.lock.longTermKey = undefined;
    rig.belt.open();
    rig.belt.stop();
    rig.clock.advance(15_000);
    rig.lock.longTermKey = CREDENTIALS.longTermKey;
    rig.scripted.script = obedient;
    rig.belt.open();
    rig.clock.advance(15_000);
    expect(rig.scripted.stopCount).toBe(1);
    expect(rig.of('belt.opened')).toHaveLength(1);
  });
});
