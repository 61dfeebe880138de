// One wrong secret is answered like another: the same frames at the same times, and the same words, wherever the first
// wrong byte stands. Only the guesser's own proof differs, which he made himself.
import { describe, expect, it } from 'vitest';
import { createSimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { toHex } from '../../protocol/bytes.ts';
import type { Peripheral } from '../../protocol/gatt.ts';
import { parseLabel } from '../../protocol/label.ts';
import { createVirtualClock, type VirtualClock } from '../../src/clock.ts';
import { createGattBelt } from '../../src/belt/gatt-belt.ts';
import { PAIRING_MAX_MS, pairBelt } from '../../src/belt/pairing.ts';
import { createInProcessTransport } from '../../src/transport/in-process.ts';
import { createTestRandom, pairSimulatedBelt } from '../session/support/paired-belt.ts';

const CONTROLLER_ID = Uint8Array.of(0xc0, 1, 2, 3, 4, 5, 6, 7);

/** Every secret that is right in its first 0 to n − 1 bytes and wrong from there on, or in one bit alone. */
const wrongsOf = (secret: Uint8Array): readonly Uint8Array[] =>
  Array.from(secret, (_, at) => [
    secret.map((byte, index) => (index < at ? byte : byte ^ 0xff)),
    secret.map((byte, index) => (index === at ? byte ^ 0x80 : byte)),
  ]).flat();

interface Air {
  readonly peripheral: Peripheral;
  readonly log: string[];
}

/** What anybody near hears: when, which way, which bytes. */
function listenTo(belt: Peripheral, clock: VirtualClock): Air {
  const log: string[] = [];
  const note = (...parts: readonly string[]): void => void log.push(`${clock.nowMs()} ${parts.join(' ')}`);
  return {
    log,
    peripheral: {
      connect(central) {
        const link = belt.connect({
          value(characteristic, bytes) {
            note('belt', characteristic, toHex(bytes));
            central.value(characteristic, bytes);
          },
          disconnected(reason) {
            note('belt', 'disconnects', reason);
            central.disconnected(reason);
          },
        });
        return {
          ...link,
          write(characteristic, bytes, mode, done) {
            note('controller', characteristic, toHex(bytes));
            link.write(characteristic, bytes, mode, done);
          },
          disconnect() {
            note('controller', 'disconnects');
            link.disconnect();
          },
        };
      },
    },
  };
}

/** Without the bytes of the proofs: three segments after the hello, of a length that stays. */
function withoutProofs(
  log: readonly string[],
  helloSegments: number,
  proofSegments: number,
): readonly string[] {
  let said = 0;
  return log.map((line) => {
    if (!line.includes('controller controlPoint')) return line;
    const isProof = said++ % (helloSegments + proofSegments) >= helloSegments;
    return isProof ? `${line.slice(0, line.lastIndexOf(' '))} ${line.length}` : line;
  });
}

const HELLO_SEGMENTS = 8;
const PROOF_SEGMENTS = 3;

/** A new belt each time, with the same chance: what differs, differs by the secret. */
function tryLabel(makeLabel: (right: Uint8Array) => Uint8Array): {
  readonly heard: string;
  readonly told: string;
} {
  const clock = createVirtualClock();
  const belt = createSimulatedBelt({ clock, seed: 5 });
  const label = parseLabel(belt.label);
  if (!label.ok) throw new Error(label.problem);
  const air = listenTo(belt, clock);
  belt.openPairingWindow();
  const told: string[] = [];
  pairBelt(
    {
      transport: createInProcessTransport({ clock, peripheral: air.peripheral }),
      address: 'sim',
      clock,
      labelSecret: makeLabel(label.secret),
      controllerId: CONTROLLER_ID,
      randomBytes: createTestRandom('guesser'),
    },
    (result) => void told.push(`${clock.nowMs()} ${result.ok ? 'paired' : JSON.stringify(result)}`),
  );
  clock.advance(PAIRING_MAX_MS);
  belt.powerOff();
  return { heard: withoutProofs(air.log, HELLO_SEGMENTS, PROOF_SEGMENTS).join('\n'), told: told.join('\n') };
}

function tryKey(makeKey: (right: Uint8Array) => Uint8Array): {
  readonly heard: string;
  readonly told: string;
} {
  const clock = createVirtualClock();
  const belt = createSimulatedBelt({ clock, seed: 6 });
  const { longTermKey, ...rest } = pairSimulatedBelt(belt, clock);
  const air = listenTo(belt, clock);
  const told: string[] = [];
  const port = createGattBelt({
    transport: createInProcessTransport({ clock, peripheral: air.peripheral }),
    address: 'sim',
    clock,
    credentials: { ...rest, longTermKey: makeKey(longTermKey), randomBytes: createTestRandom('guesser') },
    onEvent: (event) => void told.push(event.type === 'belt.tick' ? 'tick' : JSON.stringify(event)),
  });
  port.open();
  clock.advance(20_000);
  belt.powerOff();
  return { heard: withoutProofs(air.log, HELLO_SEGMENTS, PROOF_SEGMENTS).join('\n'), told: told.join('\n') };
}

const REFUSED = /belt controlPoint c3[0-9a-f]{2}03f05a[0-9a-f]{4}$/;

describe('wrong secrets are answered alike', () => {
  it('a label, wherever it is wrong: the same frames at the same times, the same words', () => {
    const right = tryLabel((label) => label);
    expect(right.told).toContain('paired');
    const label = new Uint8Array(16);
    const tries = wrongsOf(label).map((difference) =>
      tryLabel((secret) => secret.map((byte, index) => byte ^ (difference[index] ?? 0))),
    );
    expect(tries).toHaveLength(32);
    expect(new Set(tries.map(({ heard }) => heard)).size).toBe(1);
    expect(new Set(tries.map(({ told }) => told)).size).toBe(1);
    expect(tries[0]?.told).toContain('wrongLabel');
    expect(tries[0]?.heard.split('\n').filter((line) => REFUSED.test(line))).toHaveLength(1);
  });

  it('a key, wherever it is wrong: the same frames at the same times, the same words', () => {
    expect(tryKey((key) => key).told).toContain('belt.opened');
    const tries = wrongsOf(new Uint8Array(32)).map((difference) =>
      tryKey((secret) => secret.map((byte, index) => byte ^ (difference[index] ?? 0))),
    );
    expect(tries).toHaveLength(64);
    expect(new Set(tries.map(({ heard }) => heard)).size).toBe(1);
    expect(new Set(tries.map(({ told }) => told)).size).toBe(1);
    expect(tries[0]?.told).toContain('notPaired');
    // Once for each of the two keys that a belt may have of one controller.
    expect(tries[0]?.heard.split('\n').filter((line) => REFUSED.test(line))).toHaveLength(2);
  });
});
