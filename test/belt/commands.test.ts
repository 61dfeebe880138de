import { describe, expect, it } from 'vitest';
import { bytesEqual } from '../../protocol/bytes.ts';
import { armProof, prescriptionDigest } from '../../protocol/digest.ts';
import { createOpenRig, createPreparedRig, createRig, PRESCRIPTION } from './support/rig.ts';
import { FEATURES, NONCE, obedient } from './support/scripted-belt.ts';

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
