import { describe, expect, it } from 'vitest';
import { encodeFeatures } from '../../protocol/documents.ts';
import { createRig } from './support/rig.ts';
import { eventOf, FEATURES } from './support/scripted-belt.ts';

describe('opening a belt', () => {
  it('reads the features, subscribes to everything that answers, ticks last, and says what the belt is', () => {
    const rig = createRig();
    rig.belt.open();
    expect(rig.events).toEqual([]);
    rig.clock.advance(0);
    expect(rig.scripted.subscriptions).toEqual([
      'controlPoint',
      'events',
      'recordAccess',
      'recordData',
      'tick',
    ]);
    expect(rig.events.map((event) => event.type)).toEqual(['belt.opened']);
    const [opened] = rig.of('belt.opened');
    expect(opened?.atMs).toBe(5000);
    expect(opened?.profile).toMatchObject({
      beltId: '0102030405060708',
      firmwareVersion: '1.2.3',
      protocolVersion: '1.0',
      zoneCount: 2,
      skinTemperatureCutC: 43,
      radiantExposureMaxJPerCm2: 60,
      measurementUncertainty: 0.003,
    });
    expect(opened?.profile.emitters[1]).toEqual({
      zone: 1,
      wavelengthNm: 650,
      areaCm2: 0.5,
      radiantPowerMaxMw: 50,
      irradianceMaxMwPerCm2: 100,
    });
  });

  it('refuses a belt of another major protocol version, and says which side to update', () => {
    const rig = createRig();
    rig.scripted.features = encodeFeatures({ ...FEATURES, protocolMajor: 2 });
    rig.belt.open();
    rig.clock.advance(0);
    expect(rig.of('belt.unreachable')).toMatchObject([
      {
        failure: 'unsupported',
        detail: 'the belt speaks protocol 2, this program speaks 1: update laserbelt',
      },
    ]);
    expect(rig.scripted.connected()).toBe(false);
  });

  it.each(['feature', 'tick', 'controlPoint'] as const)(
    'ends unreachable, not waiting, when %s is silent',
    (silent) => {
      const rig = createRig();
      rig.scripted.silent.add(silent);
      rig.belt.open();
      rig.clock.advance(15_000);
      expect(rig.events.map((event) => event.type)).toEqual(['belt.unreachable']);
      expect(rig.scripted.connected()).toBe(false);
    },
  );

  it('ends unreachable when a subscription is refused: a session that cannot hear must not begin', () => {
    const rig = createRig();
    rig.scripted.refusing.add('recordData');
    rig.belt.open();
    rig.clock.advance(15_000);
    expect(rig.of('belt.unreachable')).toMatchObject([
      { failure: 'unsupported', detail: 'the belt refused the subscription to recordData' },
    ]);
  });

  it('tells nothing of the belt before belt.opened, and sticky events right after it', () => {
    const rig = createRig();
    rig.scripted.silent.add('recordAccess');
    rig.belt.open();
    rig.clock.advance(0);
    rig.scripted.sendEvent(eventOf(3));
    expect(rig.events).toEqual([]);
    rig.clock.advance(15_000);
    expect(rig.events.map((event) => event.type)).toEqual(['belt.unreachable']);
    rig.scripted.silent.clear();
    rig.belt.open();
    rig.clock.advance(0);
    rig.scripted.sendEvent(eventOf(3));
    expect(rig.events.map((event) => event.type)).toEqual([
      'belt.unreachable',
      'belt.opened',
      'belt.noticed',
    ]);
  });

  it.each([
    ['refused', 'refused'],
    ['out of range', 'timedOut'],
  ] as const)('a link that ends while it is opened (%s) says why', (words, failure) => {
    const rig = createRig();
    rig.scripted.silent.add('recordData');
    rig.belt.open();
    rig.clock.advance(0);
    rig.scripted.drop(words);
    expect(rig.of('belt.unreachable')).toMatchObject([{ failure, detail: expect.stringContaining(words) }]);
    rig.clock.advance(20_000);
    expect(rig.events).toHaveLength(1);
  });

  it('closes while opening: one link.lost, and no belt.opened after it', () => {
    const rig = createRig();
    rig.belt.open();
    rig.belt.close();
    rig.clock.advance(20_000);
    expect(rig.events.map((event) => event.type)).toEqual(['link.lost']);
  });
});
