// Bytes that nobody planned for, against both guards and both stacks behind them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleOn } from '../../firmware-sim/peripheral-guard.ts';
import { createVirtualClock } from '../../src/clock.ts';
import { screenPdu } from '../../src/transport/noble-guard.ts';
import { closedBy, createHost, join, serve, settle } from './support/radio-pair.ts';
import { createRecordingBelt } from './support/recording-belt.ts';

const SEED = Number(process.env['SEED'] ?? 20_011);
const STOP_HANDLE = 19;
const WRITE_OPCODES = [0x12, 0x16, 0x52, 0xd2];
/** Opcodes that mean something, more often than chance would have them. */
const opcode = fc.oneof(
  fc.constantFrom(
    0x01,
    0x02,
    0x03,
    0x04,
    0x06,
    0x08,
    0x09,
    0x0a,
    0x0b,
    0x0c,
    0x10,
    0x11,
    0x12,
    0x13,
    0x16,
    0x18,
    0x1b,
    0x1d,
    0x1e,
    0x52,
  ),
  fc.nat(255),
);
const pdus = fc
  .tuple(opcode, fc.uint8Array({ maxLength: 40 }))
  .map(([first, rest]) => Buffer.from([first, ...rest]));

describe('the guards against any bytes', () => {
  it('decide about every PDU without throwing, and never let through a list that cannot end', () => {
    fc.assert(
      fc.property(pdus, (pdu) => {
        ruleOn(pdu, STOP_HANDLE);
        const screened = screenPdu(pdu);
        if (screened.kind === 'pass' && [0x09, 0x11].includes(pdu[0]!)) expect(pdu[1]).toBeGreaterThan(3);
        if (screened.kind === 'pass' && pdu[0] === 0x01) expect([4, 5, 8, 15]).not.toContain(screened.pdu[4]);
      }),
      { seed: SEED, numRuns: 5000 },
    );
  });

  it('every write PDU on the handle of STOP is STOP, whatever follows', () => {
    fc.assert(
      fc.property(fc.constantFrom(...WRITE_OPCODES), fc.uint8Array({ maxLength: 250 }), (first, rest) => {
        expect(ruleOn(Buffer.from([first, STOP_HANDLE, 0, ...rest]), STOP_HANDLE).kind).toBe('stop');
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it('nothing but a write on the handle of STOP is STOP', () => {
    fc.assert(
      fc.property(pdus, (pdu) => {
        if (ruleOn(pdu, STOP_HANDLE).kind !== 'stop') return;
        expect(WRITE_OPCODES).toContain(pdu[0]);
        expect(pdu[1]).toBe(STOP_HANDLE);
      }),
      { seed: SEED, numRuns: 5000 },
    );
  });

  it(`400 PDUs of chance at the served belt (seed ${SEED}): it still serves, and STOP still stops`, async () => {
    const belt = createRecordingBelt();
    const served = await serve(belt);
    const stranger = createHost(createVirtualClock());
    await join(stranger.transport, served.address);
    for (const pdu of fc.sample(pdus, { seed: SEED, numRuns: 400 })) {
      if (stranger.controller.linkCount === 0) await join(stranger.transport, served.address);
      stranger.controller.inject(served.deviceId, pdu);
      await settle(4);
    }
    const host = createHost(createVirtualClock());
    const { connection } = await join(host.transport, served.address);
    const before = belt.stopCount;
    connection.stopNow();
    await settle();
    expect(belt.stopCount).toBe(before + 1);
    stranger.transport.dispose();
    host.transport.dispose();
    served.close();
  });

  it(`150 PDUs of chance at the controller (seed ${SEED}): the process lives, each link is whole or closed`, async () => {
    const belt = createRecordingBelt();
    const served = await serve(belt);
    const host = createHost(createVirtualClock());
    let joined = await join(host.transport, served.address);
    for (const pdu of fc.sample(pdus, { seed: SEED + 1, numRuns: 150 })) {
      if (!joined.connection.isOpen) {
        expect(closedBy(joined.events)).toBe('damaged');
        await settle();
        joined = await join(host.transport, served.address);
      }
      joined.connection.submit(1, { kind: 'read', characteristic: 'feature' });
      served.controller.inject(host.deviceId, pdu);
      await settle(8);
    }
    host.transport.dispose();
    served.close();
    await settle();
    expect(joined.connection.isOpen).toBe(false);
  });
});
