// Pairing and sealed sessions through the real noble and the real bleno, on the virtual air. The truth judges, and a
// listener on the air says what was said in the open.
import { afterEach, describe, expect, it } from 'vitest';
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import { FRAME } from '../../protocol/messages.ts';
import { createGattBelt } from '../../src/belt/gatt-belt.ts';
import type { BeltEvent } from '../../src/belt/belt.ts';
import { programOf, zoneOf } from '../session/support/rig.ts';
import { air, createHost, join } from './support/radio-pair.ts';
import { startRadioSession, type RadioSession } from './support/radio-session.ts';

const PRESCRIBED_J_PER_CM2 = 0.1;
const SHORT = programOf([
  [0, 1].map((zone) => zoneOf(zone, { radiantExposureJPerCm2: PRESCRIBED_J_PER_CM2 })),
]);
const LONG = programOf([[zoneOf(0, { radiantExposureJPerCm2: 1 })]]);
const LEASE_MS = 1000;
const ATT_CID = 4;
/** ATT: write request and command, notification, indication; op code and handle come before the value. */
const ATT_HEADER_BYTES = 3;
const ATT_WITH_VALUE = new Set([0x12, 0x52, 0x1b, 0x1d]);

let rig: RadioSession;
afterEach(async () => {
  air.intercept(undefined);
  air.release();
  await rig.dispose();
});
const start = async (program = LONG): Promise<RadioSession> =>
  (rig = await startRadioSession(program, { isSealed: true }));
const emitting = async (): Promise<RadioSession> => {
  await start();
  await rig.until('emitting');
  await rig.run(1500);
  expect(rig.belt.truth().emission).toBe(true);
  return rig;
};

describe('a sealed session over Bluetooth', () => {
  it('is completed after pairing over the air: off confirmed, 99.5 to 100.5 % by the truth', async () => {
    await start(SHORT);
    const outcome = await rig.untilOver();
    expect(outcome).toMatchObject({
      outcome: 'completed',
      emissionOff: 'confirmed',
      exitCode: 0,
      hazards: [],
    });
    for (const zone of ['L1', 'L2']) {
      const ratio = rig.deliveredJPerCm2(zone, 808) / PRESCRIBED_J_PER_CM2;
      expect(ratio).toBeGreaterThan(0.995);
      expect(ratio).toBeLessThan(1.005);
    }
    expect(rig.session.view().profile?.paired).toBe(true);
    expect(rig.session.view().badFrameCount).toBe(0);
  });

  /** What a listener hears of two seconds of light and a pause, and how much of it opens as a plain frame. */
  async function listen(
    isSealed: boolean,
  ): Promise<{ readonly heardCount: number; readonly plainCount: number }> {
    rig = await startRadioSession(LONG, { isSealed });
    await rig.until('emitting');
    const values: Uint8Array[] = [];
    air.intercept(({ cid, first, pdu }) => {
      if (cid === ATT_CID && first && ATT_WITH_VALUE.has(pdu[0] ?? 0))
        values.push(Uint8Array.from(pdu.subarray(ATT_HEADER_BYTES)));
      return 'deliver';
    });
    await rig.run(2000);
    rig.send({ type: 'operator.pause' });
    await rig.run(500);
    air.intercept(undefined);
    const plain = values.filter((value) => createPlainEnvelope().open(value).ok);
    return { heardCount: values.length, plainCount: plain.length };
  }

  it('says nothing in the open: no value on the air is a plain frame, where without a key all are', async () => {
    const open = await listen(false);
    expect(open.plainCount).toBe(open.heardCount);
    await rig.dispose();
    const sealed = await listen(true);
    expect(sealed.plainCount).toBe(0);
    expect(sealed.heardCount).toBeGreaterThan(40);
  });

  it('stop: dark within 100 ms, and confirmed', async () => {
    await emitting();
    const stoppedAtMs = rig.belt.truth().atMs;
    rig.send({ type: 'operator.stop', cause: 'interrupt' });
    const outcome = await rig.untilOver();
    expect(outcome).toMatchObject({ outcome: 'stopped', emissionOff: 'confirmed', exitCode: 3 });
    expect(rig.darkSinceMs() - stoppedAtMs).toBeLessThanOrEqual(100);
  });

  it('pause and resume: dark at once, light again only after the resume', async () => {
    await emitting();
    rig.send({ type: 'operator.pause' });
    await rig.run(300);
    expect(rig.belt.truth().emission).toBe(false);
    await rig.run(2000);
    expect(rig.belt.truth().emission).toBe(false);
    rig.send({ type: 'operator.resume' });
    await rig.run(1500);
    expect(rig.belt.truth().emission).toBe(true);
  });

  it('link loss: dark within 100 ms, and the session does not pass for completed', async () => {
    await emitting();
    const lostAtMs = rig.belt.truth().atMs;
    rig.host.controller.loseLinks();
    const outcome = await rig.untilOver();
    expect(rig.darkSinceMs() - lostAtMs).toBeLessThanOrEqual(100);
    expect(outcome.outcome).not.toBe('completed');
  });

  it('a stalled link: dark when the lease ends, and the burst afterwards lights nothing and is no attack', async () => {
    await emitting();
    const stalledAtMs = rig.belt.truth().atMs;
    air.intercept(() => 'hold');
    await rig.run(LEASE_MS + 300);
    expect(rig.darkSinceMs() - stalledAtMs).toBeLessThanOrEqual(LEASE_MS + 100);
    air.intercept(undefined);
    air.release();
    await rig.run(400);
    expect(rig.belt.truth().emission).toBe(false);
    expect(rig.session.view().badFrameCount).toBe(0);
  });

  it('a stranger without a key stops it: dark within 100 ms', async () => {
    await emitting();
    const stranger = createHost(rig.clock);
    const stopper = await join(stranger.transport, rig.served.address);
    const stoppedAtMs = rig.belt.truth().atMs;
    stopper.connection.stopNow();
    const outcome = await rig.untilOver();
    expect(rig.darkSinceMs() - stoppedAtMs).toBeLessThanOrEqual(100);
    expect(outcome).toMatchObject({ emissionOff: 'confirmed' });
    expect(outcome.outcome).not.toBe('completed');
    stranger.transport.dispose();
  });

  it('a stranger who writes plain leases beside the session neither lights nor ends anything', async () => {
    await emitting();
    const stranger = createHost(rig.clock);
    const writer = await join(stranger.transport, rig.served.address);
    const plain = createPlainEnvelope();
    for (let count = 0; count < 20; count++) {
      writer.connection.sendLease(plain.seal(FRAME.lease, new Uint8Array(9).fill(count), 9));
      await rig.run(50);
    }
    expect(rig.belt.truth().emission).toBe(true);
    expect(rig.session.view().state).toBe('emitting');
    stranger.transport.dispose();
  });

  it('a controller without the key is told that it is not paired, and its STOP leaves before that', async () => {
    await emitting();
    const stranger = createHost(rig.clock);
    const events: BeltEvent[] = [];
    const { address } = rig.served;
    const belt = createGattBelt({
      transport: stranger.transport,
      address,
      clock: rig.clock,
      onEvent: (event) => void events.push(event),
    });
    const askedAtMs = rig.belt.truth().atMs;
    belt.open();
    belt.stop();
    await rig.run(3000);
    expect(events).toMatchObject([{ type: 'belt.unreachable', failure: 'notPaired' }]);
    expect(rig.belt.truth().emission).toBe(false);
    expect(rig.darkSinceMs() - askedAtMs).toBeLessThanOrEqual(2000);
    stranger.transport.dispose();
  });
});
