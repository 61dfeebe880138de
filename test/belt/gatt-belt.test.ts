import { describe, expect, it } from 'vitest';
import { armProof, prescriptionDigest } from '../../protocol/digest.ts';
import { encodeFeatures } from '../../protocol/documents.ts';
import { bytesEqual } from '../../protocol/bytes.ts';
import { createOpenRig, createPreparedRig, createRig, PRESCRIPTION } from './support/rig.ts';
import { eventOf, FEATURES, NONCE, obedient, tickOf } from './support/scripted-belt.ts';

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

  it('closes while opening: one link.lost, and no belt.opened after it', () => {
    const rig = createRig();
    rig.belt.open();
    rig.belt.close();
    rig.clock.advance(20_000);
    expect(rig.events.map((event) => event.type)).toEqual(['link.lost']);
  });
});

describe('commands', () => {
  it('prepare tells the digest of what was sent and of what the belt decoded', () => {
    const rig = createOpenRig();
    rig.belt.prepare(PRESCRIPTION);
    const [prepared] = rig.of('belt.prepared');
    expect(prepared?.outcome).toEqual({ kind: 'acknowledged' });
    expect(prepared?.sentDigest).toMatch(/^[0-9a-f]{32}$/);
    expect(prepared?.decodedDigest).toBe(prepared?.sentDigest);
  });

  it('arm carries the proof over digest and nonce, and the consent', () => {
    const rig = createOpenRig();
    rig.belt.prepare(PRESCRIPTION);
    rig.belt.arm('beltButton');
    const [prepare, arm] = rig.scripted.commands;
    const digest = prescriptionDigest(prepare!.operand);
    expect(arm?.op).toBe('arm');
    expect(bytesEqual(arm!.operand, Uint8Array.of(...armProof(digest, NONCE), 0x3c))).toBe(true);
    expect(rig.of('belt.answered')).toMatchObject([{ op: 'arm', outcome: { kind: 'acknowledged' } }]);
  });

  it('arm without a prepare is refused here and never sent; a nonce serves once', () => {
    const rig = createOpenRig();
    rig.belt.arm('atController');
    rig.belt.prepare(PRESCRIPTION);
    rig.belt.arm('atController');
    rig.belt.arm('atController');
    expect(rig.scripted.commands.map((command) => command.op)).toEqual(['prepare', 'arm']);
    expect(rig.of('belt.answered').map((event) => event.outcome.kind)).toEqual([
      'rejected',
      'acknowledged',
      'rejected',
    ]);
  });

  it('a rejection says the code, the hazard and the zone', () => {
    const rig = createOpenRig();
    rig.scripted.script = () => ({ code: 'hazardActive', operand: Uint8Array.of(5, 1) });
    rig.belt.resume(2);
    expect(rig.of('belt.answered')).toMatchObject([
      { op: 'resume', outcome: { kind: 'rejected', code: 'hazardActive', hazard: 5, zone: 1 } },
    ]);
    expect(rig.scripted.commands[0]?.operand).toEqual(Uint8Array.of(2));
  });

  it('a prepare that does not fit the wire is rejected as invalidOperand without sending', () => {
    const rig = createOpenRig();
    const [zone] = PRESCRIPTION.steps[0]!;
    rig.belt.prepare({ ...PRESCRIPTION, steps: [[{ ...zone!, wavelengthNm: 905 }]] });
    expect(rig.of('belt.prepared')).toMatchObject([
      { outcome: { kind: 'rejected', code: 'invalidOperand' } },
    ]);
    expect(rig.scripted.commands).toEqual([]);
  });

  it('a prepare answered with nonsense is unknown, and counted', () => {
    const rig = createOpenRig();
    rig.scripted.script = () => ({ code: 'ok', operand: Uint8Array.of(1, 2, 3) });
    rig.belt.prepare(PRESCRIPTION);
    expect(rig.of('belt.prepared')).toMatchObject([{ outcome: { kind: 'unknown' }, decodedDigest: '' }]);
    expect(rig.of('belt.badFrame')).toMatchObject([{ count: 1 }]);
  });

  it('repeats an unanswered command once with the same id, and is then unknown', () => {
    const rig = createOpenRig();
    rig.scripted.script = () => undefined;
    rig.belt.pause();
    rig.clock.advance(999);
    expect(rig.scripted.commands).toHaveLength(1);
    rig.clock.advance(1);
    expect(rig.scripted.commands).toHaveLength(2);
    expect(rig.scripted.commands[1]).toEqual(rig.scripted.commands[0]);
    expect(rig.events).toEqual([]);
    rig.clock.advance(1000);
    expect(rig.of('belt.answered')).toMatchObject([{ op: 'pause', outcome: { kind: 'unknown' } }]);
    rig.clock.advance(10_000);
    expect(rig.scripted.commands).toHaveLength(2);
  });

  it('a late answer never settles the next command', () => {
    const rig = createOpenRig();
    rig.scripted.script = () => undefined;
    rig.belt.pause();
    rig.clock.advance(2000);
    const [late] = rig.scripted.commands;
    rig.belt.pause();
    rig.scripted.sendAnswer(late!, 'ok');
    expect(rig.of('belt.answered')).toHaveLength(1);
    rig.scripted.sendAnswer(rig.scripted.commands[2]!, 'wrongState');
    expect(rig.of('belt.answered')[1]).toMatchObject({ outcome: { kind: 'rejected', code: 'wrongState' } });
  });

  it('a second command while one is under way answers notSent and does not disturb the first', () => {
    const rig = createOpenRig();
    rig.scripted.script = () => undefined;
    rig.belt.pause();
    rig.belt.clear();
    expect(rig.of('belt.answered')).toMatchObject([{ op: 'clear', outcome: { kind: 'notSent' } }]);
    rig.scripted.sendAnswer(rig.scripted.commands[0]!, 'ok');
    expect(rig.of('belt.answered')[1]).toMatchObject({ op: 'pause', outcome: { kind: 'acknowledged' } });
  });

  it('an unanswered write closes the link; the command is unknown, never silently repeated', () => {
    const rig = createOpenRig();
    rig.scripted.silent.add('controlPoint');
    rig.belt.pause();
    rig.clock.advance(500);
    expect(rig.events.map((event) => event.type)).toEqual(['belt.answered', 'link.lost']);
    expect(rig.of('belt.answered')).toMatchObject([{ outcome: { kind: 'unknown' } }]);
    expect(rig.of('link.lost')).toMatchObject([{ reason: 'poisoned' }]);
    rig.scripted.silent.clear();
    rig.clock.advance(10_000);
    expect(rig.scripted.commands).toEqual([]);
  });

  it('clear carries the identity of the belt that was opened', () => {
    const rig = createOpenRig();
    rig.belt.clear();
    expect(rig.scripted.commands[0]?.operand).toEqual(FEATURES.beltId);
  });

  it('every call on a closed belt answers notSent and nothing else', () => {
    const rig = createRig();
    rig.belt.pause();
    rig.belt.resume(2);
    rig.belt.arm('atController');
    rig.belt.clear();
    rig.belt.prepare(PRESCRIPTION);
    rig.belt.readRecord('newest');
    rig.belt.poll();
    rig.belt.stop();
    rig.belt.close();
    rig.belt.lease({ tick: 1, step: 0, zones: 1, ceiling: 1, epoch: 1 });
    expect(rig.of('belt.answered').map((event) => event.outcome.kind)).toEqual(Array(4).fill('notSent'));
    expect(rig.of('belt.prepared')).toMatchObject([{ outcome: { kind: 'notSent' } }]);
    expect(rig.of('belt.record')).toMatchObject([{ found: 'failed' }]);
    expect(rig.events).toHaveLength(6);
  });
});

describe('stop', () => {
  it('leaves at once while a command hangs, settles it, and is followed by nothing that was under way', () => {
    const rig = createPreparedRig();
    rig.scripted.script = () => undefined;
    rig.belt.arm('atController');
    rig.belt.stop();
    expect(rig.scripted.stopCount).toBe(1);
    expect(rig.of('belt.answered')).toMatchObject([{ op: 'arm', outcome: { kind: 'unknown' } }]);
    rig.clock.advance(10_000);
    // A repeated ARM after STOP would un-latch it.
    expect(rig.scripted.commands).toHaveLength(1);
  });

  it('stops a half-written prepare: not sent, and no further segment leaves', () => {
    const rig = createOpenRig();
    rig.scripted.silent.add('controlPoint');
    rig.belt.prepare(PRESCRIPTION);
    rig.belt.stop();
    expect(rig.scripted.stopCount).toBe(1);
    expect(rig.of('belt.prepared')).toMatchObject([{ outcome: { kind: 'notSent' } }]);
  });

  it('lets no lease out from then on, until a new prepare is acknowledged', () => {
    const rig = createPreparedRig();
    const lease = { tick: 5, step: 0, zones: 1, ceiling: 0.5, epoch: 1 };
    rig.belt.lease(lease);
    rig.belt.stop();
    rig.belt.lease({ ...lease, tick: 6 });
    expect(rig.scripted.leases).toEqual([{ ...lease, ceiling: 32_767 }]);
    rig.scripted.script = () => ({ code: 'wrongState' });
    rig.belt.prepare(PRESCRIPTION);
    rig.belt.lease({ ...lease, tick: 7 });
    expect(rig.scripted.leases).toHaveLength(1);
    rig.scripted.script = obedient;
    rig.belt.prepare(PRESCRIPTION);
    rig.belt.lease({ ...lease, tick: 8 });
    expect(rig.scripted.leases).toHaveLength(2);
  });

  it('arms nothing after it without a new prepare', () => {
    const rig = createPreparedRig();
    rig.belt.stop();
    rig.belt.arm('atController');
    expect(rig.scripted.commands).toEqual([]);
    expect(rig.of('belt.answered')).toMatchObject([{ outcome: { kind: 'rejected', code: 'wrongState' } }]);
  });
});

describe('what the belt tells', () => {
  it('a tick in the units of a clinician', () => {
    const rig = createOpenRig();
    rig.scripted.sendTick(tickOf(9, { state: 'armed', emission: true, epoch: 3, commandId: 4 }));
    const [tick] = rig.of('belt.tick');
    expect(tick?.report).toMatchObject({
      tick: 9,
      state: 'armed',
      emission: true,
      epoch: 3,
      beltTimeMs: 2250,
    });
    expect(tick?.report.zones[0]).toMatchObject({
      radiantPowerMw: 12.34,
      deliveredJPerCm2: 1.5,
      skinTemperatureC: 33.12,
    });
    expect(tick?.report.zones[1]?.skinTemperatureC).toBeNaN();
  });

  it('drops ticks that are old, repeated or incomplete: they must not renew anything', () => {
    const rig = createOpenRig();
    rig.scripted.sendTick(tickOf(9));
    rig.scripted.sendTick(tickOf(9));
    rig.scripted.sendTick(tickOf(8));
    rig.scripted.sendTick(tickOf(10, { zones: tickOf(10).zones.slice(0, 1) }));
    rig.scripted.sendTick(tickOf(12));
    expect(rig.of('belt.tick').map((event) => event.report.tick)).toEqual([9, 12]);
    expect(rig.of('belt.badFrame')).toEqual([]);
  });

  it('counts damaged frames, frames in the wrong place and codes that do not exist, and goes on', () => {
    const rig = createOpenRig();
    rig.scripted.sendRaw('tick', Uint8Array.of(0x5a, 1, 2, 3));
    rig.scripted.sendRaw('tick', new Uint8Array(0));
    rig.scripted.sendRaw('events', new Uint8Array(400).fill(0xff));
    rig.scripted.sendBody('events', 0x3c, Uint8Array.of(3, 0xf0), 2);
    rig.scripted.sendBody('tick', 0x5a, new Uint8Array(9), 9);
    expect(rig.of('belt.badFrame').map((event) => event.count)).toEqual([1, 2, 3, 4, 5]);
    rig.scripted.sendTick(tickOf(1));
    expect(rig.of('belt.tick')).toHaveLength(1);
  });

  it('each event once, and confirms it; the confirmation gives way to a command', () => {
    const rig = createOpenRig();
    rig.scripted.script = (command) => (command.op === 'confirmEvents' ? undefined : { code: 'ok' });
    rig.scripted.sendEvent(eventOf(41));
    rig.scripted.sendEvent(eventOf(41));
    rig.belt.pause();
    expect(rig.of('belt.noticed')).toMatchObject([{ kind: 'zoneEnded', zone: 1, cause: 'none' }]);
    expect(rig.scripted.commands.map((command) => command.op)).toEqual(['confirmEvents', 'pause']);
    expect(rig.scripted.commands[0]?.operand).toEqual(Uint8Array.of(41, 0));
    expect(rig.of('belt.answered')).toMatchObject([{ op: 'pause', outcome: { kind: 'acknowledged' } }]);
  });

  it('confirms again later, not at once, when a confirmation was lost', () => {
    const rig = createOpenRig();
    rig.scripted.script = () => undefined;
    rig.scripted.sendEvent(eventOf(1));
    for (let tick = 1; tick <= 40; tick++) {
      rig.clock.advance(250);
      rig.scripted.sendTick(tickOf(tick));
    }
    expect(rig.scripted.commands.length).toBeGreaterThanOrEqual(4);
    expect(rig.scripted.commands.length).toBeLessThanOrEqual(6);
    rig.scripted.script = obedient;
    rig.clock.advance(2000);
    rig.scripted.sendTick(tickOf(41));
    const sentCount = rig.scripted.commands.length;
    rig.clock.advance(20_000);
    rig.scripted.sendTick(tickOf(42));
    expect(rig.scripted.commands).toHaveLength(sentCount);
  });

  it('poll asks for a tick without an answer event and without delaying a command', () => {
    const rig = createOpenRig();
    rig.scripted.script = (command) => (command.op === 'poll' ? undefined : { code: 'ok' });
    rig.belt.poll();
    rig.belt.pause();
    expect(rig.scripted.commands.map((command) => command.op)).toEqual(['poll', 'pause']);
    rig.clock.advance(5000);
    expect(rig.of('belt.answered')).toHaveLength(1);
  });

  it('a lost link: the command under way is unknown, a running record read has failed, link.lost comes last', () => {
    const rig = createOpenRig();
    rig.scripted.script = () => undefined;
    rig.scripted.recordScript = () => undefined;
    rig.belt.pause();
    rig.belt.readRecord('newest');
    rig.scripted.drop('out of range');
    expect(rig.events.map((event) => event.type)).toEqual(['belt.answered', 'belt.record', 'link.lost']);
    expect(rig.of('link.lost')).toMatchObject([{ reason: 'lost', detail: 'out of range' }]);
    rig.clock.advance(60_000);
    expect(rig.events).toHaveLength(3);
    expect(rig.clock.nextDeadlineMs()).toBeUndefined();
  });

  it('can be opened again after the link was lost', () => {
    const rig = createOpenRig();
    rig.scripted.drop('out of range');
    rig.belt.open();
    rig.clock.advance(0);
    rig.scripted.sendTick(tickOf(1));
    expect(rig.events.map((event) => event.type)).toEqual(['link.lost', 'belt.opened', 'belt.tick']);
  });
});
