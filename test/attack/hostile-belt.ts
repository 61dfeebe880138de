// A belt that lies: it holds the right key and speaks the protocol, as a belt with replaced firmware would. Behind it is
// an honest simulated belt that is not paired; every value on its way to the controller goes through a lie.
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import type { AttResult, Characteristic, Peripheral, PeripheralLink } from '../../protocol/gatt.ts';
import { ANSWER, FRAME, OP } from '../../protocol/messages.ts';
import { createSealedEnvelope } from '../../protocol/sealing.ts';
import { createReassembler, splitMessage } from '../../protocol/segments.ts';
import { createSessionBelt } from '../../protocol/session-setup.ts';
import type { Random } from '../../firmware-sim/random.ts';
import type { BeltCredentials } from '../../src/belt/credentials.ts';
import type { VirtualClock } from '../../src/clock.ts';

export interface LieContext {
  readonly random: Random;
  readonly nowMs: number;
  /** Frames told so far on this link. */
  readonly count: number;
}

/** Each part gets a copy that it may change, and returns what is told: nothing, one, or several. */
export interface Lie {
  readonly name: string;
  /** The body of a frame that is no segment: parts of ticks, events, record answers. */
  readonly body?: (type: number, body: Uint8Array, context: LieContext) => readonly Uint8Array[];
  /** A whole answer on the control point, or a whole record. */
  readonly message?: (type: number, message: Uint8Array, context: LieContext) => readonly Uint8Array[];
}

const TOLD_MAX_COUNT = 200;
const ignored = (): void => undefined;
const OK: AttResult = { ok: true };
const isSegment = (type: number): boolean => type === FRAME.answer || type === FRAME.recordData;

export interface HostileBeltOptions {
  /** An honest belt that is not paired. */
  readonly behind: Peripheral;
  /** Of the controller that is lied to; undefined: nobody is paired and all is plain. */
  readonly credentials: BeltCredentials | undefined;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly lie: Lie;
}

export interface HostileBelt extends Peripheral {
  readonly liesTold: number;
}

const sameBytes = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && left.every((byte, index) => byte === right[index]);

export function createHostileBelt(options: HostileBeltOptions): HostileBelt {
  const { behind, credentials, clock, random, lie } = options;
  let liesTold = 0;
  let count = 0;

  const told = (honest: Uint8Array, lies: readonly Uint8Array[]): readonly Uint8Array[] => {
    const [only] = lies;
    if (lies.length !== 1 || only === undefined || !sameBytes(honest, only)) liesTold += 1;
    return lies;
  };

  return {
    get liesTold() {
      return liesTold;
    },
    connect(central) {
      const plain = {
        out: createPlainEnvelope(),
        toBehind: createPlainEnvelope(),
        fromBehind: createPlainEnvelope(),
      };
      let envelope = plain.out;
      let isSealed = credentials === undefined;
      const messages = createReassembler();
      const records = createReassembler();
      const handshakeParts = createReassembler();
      const exchange =
        credentials === undefined
          ? undefined
          : createSessionBelt({
              findKey: () => ({ ok: true, secret: credentials.longTermKey }),
              beltId: credentials.beltId,
              bootEpoch: new Uint8Array(8).fill(7),
              randomBytes: (length) => Uint8Array.from({ length }, () => random.below(256)),
            });

      const say = (on: Characteristic, type: number, body: Uint8Array): void =>
        central.value(on, envelope.seal(type, body, Math.min(body.length, 9)));
      const sayMessage = (on: Characteristic, type: number, message: Uint8Array): void =>
        splitMessage(message.length === 0 ? Uint8Array.of(0) : message.subarray(0, 256), (body, length) =>
          say(on, type, body.slice(0, length)),
        );

      const lieAbout = (on: Characteristic, type: number, body: Uint8Array): void => {
        const context: LieContext = { random, nowMs: clock.nowMs(), count: count++ };
        if (!isSegment(type)) {
          for (const each of told(body, lie.body?.(type, body.slice(), context) ?? [body]))
            say(on, type, each);
          return;
        }
        const whole = (type === FRAME.answer ? messages : records).take(body, 0, body.length, clock.nowMs());
        if (whole?.ok !== true) return;
        const message = whole.value;
        for (const each of told(message, lie.message?.(type, message.slice(), context) ?? [message]))
          sayMessage(on, type, each);
      };

      const link = behind.connect({
        value(on, bytes) {
          if (on === 'battery' || !isSealed) return;
          const opened = plain.fromBehind.open(bytes);
          if (opened.ok) lieAbout(on, opened.type, bytes.slice(opened.at, opened.at + opened.length));
        },
        disconnected: (reason) => central.disconnected(reason),
      });

      /** The same lie about the value that everybody can read: as if it had been asked for by command. */
      const inOpenFeatures = (result: AttResult): AttResult => {
        if (!result.ok || result.bytes === undefined) return result;
        const answer = Uint8Array.of(OP.answer, OP.features, 0, ANSWER.ok, ...result.bytes);
        const context: LieContext = { random, nowMs: clock.nowMs(), count: count++ };
        const lies = told(answer, lie.message?.(FRAME.answer, answer.slice(), context) ?? [answer]);
        return { ok: true, bytes: (lies[0] ?? answer).slice(4) };
      };

      const takeHandshake = (body: Uint8Array): void => {
        const whole = handshakeParts.take(body, 0, body.length, clock.nowMs());
        if (whole?.ok !== true || exchange === undefined) return;
        const step = exchange.take(whole.value);
        if (step.send !== undefined) sayMessage('controlPoint', FRAME.handshake, step.send);
        if (step.status !== 'done') return;
        envelope = createSealedEnvelope(step.result.keys, 'belt');
        isSealed = true;
      };

      const hostile: PeripheralLink = {
        read: (on, done) =>
          link.read(on, (result) => done(on === 'feature' ? inOpenFeatures(result) : result)),
        subscribe: link.subscribe,
        disconnect: link.disconnect,
        write(on, bytes, mode, done) {
          if (on === 'stop') return link.write(on, bytes, mode, done);
          const opened = envelope.open(Uint8Array.from(bytes));
          done(OK);
          if (!opened.ok || opened.sequence === 'repeated') return;
          const body = opened.bytes.slice(opened.at, opened.at + opened.length);
          if (!isSealed) takeHandshake(body);
          else link.write(on, plain.toBehind.seal(opened.type, body, body.length).slice(), mode, ignored);
        },
      };
      return hostile;
    },
  };
}

/** Several lies at once, one over the other. */
export const combine = (lies: readonly Lie[]): Lie => ({
  name: lies.map((lie) => lie.name).join(' + '),
  body: (type, body, context) =>
    lies.reduce<readonly Uint8Array[]>(
      (bodies, lie) =>
        bodies.flatMap((each) => lie.body?.(type, each, context) ?? [each]).slice(0, TOLD_MAX_COUNT),
      [body],
    ),
  message: (type, message, context) =>
    lies.reduce<readonly Uint8Array[]>(
      (all, lie) =>
        all.flatMap((each) => lie.message?.(type, each, context) ?? [each]).slice(0, TOLD_MAX_COUNT),
      [message],
    ),
});
