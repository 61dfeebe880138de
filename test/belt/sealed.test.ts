import { describe, expect, it } from 'vitest';
import { createSealedRig } from './support/rig.ts';

describe('opening a belt that this controller is paired with', () => {
  it('sets a session up, asks for the features sealed, subscribes, and reads nothing in the open', () => {
    const rig = createSealedRig();
    rig.scripted.silent.add('feature');
    rig.belt.open();
    rig.clock.advance(0);
    expect(rig.events.map((event) => event.type)).toEqual(['belt.opened']);
    expect(rig.of('belt.opened')[0]?.profile).toMatchObject({ beltId: '0102030405060708', paired: true });
    expect(rig.scripted.commands.map(({ op }) => op)).toEqual(['features']);
  });
});
