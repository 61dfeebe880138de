// One central's link to the served belt: the write response before the indication it causes, one indication at a time,
// nothing to whom it was not asked for, and never an ATT error that starts a pairing.
import {
  ATT_ERROR,
  FRAME_MAX_BYTES,
  GATT,
  type AttResult,
  type Characteristic,
  type Peripheral,
  type PeripheralLink,
  type WriteMode,
} from '../protocol/gatt.ts';
import { wordsOf, type Answer } from './peripheral-bleno.ts';

/** Sixteen sticky events and the longest answer fit; a central that confirms nothing loses its link. */
const INDICATIONS_MAX_COUNT = 64;
/** The ATT transaction timeout: after it a bearer is dead. */
const CONFIRMATION_TIMEOUT_MS = 30_000;
const NEVER_ANSWERED: readonly number[] = [0x00, 0x04, 0x05, 0x08, 0x0f];
const SUCCESS = 0x00;

export const answerableError = (attError: number): number =>
  NEVER_ANSWERED.includes(attError) ? ATT_ERROR.unlikely : attError;

type Update = (data: Buffer) => void;

export interface Central {
  read(name: Characteristic, offset: number, answer: Answer): void;
  write(name: Characteristic, bytes: Buffer, offset: number, mode: WriteMode, answer: Answer): void;
  /** Past everything else. */
  stop(bytes: Buffer): void;
  subscribe(name: Characteristic, update: Update): void;
  unsubscribe(name: Characteristic): void;
  /** The central's stack has confirmed the indication under way. */
  confirmed(): void;
  /** The link is gone. Idempotent. */
  closed(): void;
}

interface Indication {
  readonly name: Characteristic;
  readonly data: Buffer;
}

/** `cut` ends the link on the stack; `closed` is then expected. */
export function createCentral(options: {
  readonly peripheral: Peripheral;
  readonly cut: () => void;
  readonly onLog: (line: string) => void;
}): Central {
  const { cut, onLog } = options;
  const updates = new Map<Characteristic, Update>();
  const snapshots = new Map<Characteristic, Buffer>();
  const indications: Indication[] = [];
  let confirmationTimer: NodeJS.Timeout | undefined;
  let holdCount = 0;
  let open = true;

  /** bleno throws when a link is gone that it has not told us about yet. */
  const attempt = (what: string, act: () => void): void => {
    if (!open) return;
    try {
      act();
    } catch (cause) {
      onLog(`${what}: ${wordsOf(cause)}`);
    }
  };

  const giveUp = (why: string): void => {
    onLog(`ended a link: ${why}`);
    cut();
  };

  const pump = (): void => {
    if (holdCount > 0 || confirmationTimer !== undefined) return;
    const next = indications.shift();
    if (next === undefined) return;
    const update = updates.get(next.name);
    if (update === undefined) return pump();
    confirmationTimer = setTimeout(() => giveUp('an indication was not confirmed'), CONFIRMATION_TIMEOUT_MS);
    attempt('an indication was not sent', () => update(next.data));
  };

  const release = (): void => {
    holdCount--;
    pump();
  };

  const value = (name: Characteristic, bytes: Uint8Array): void => {
    const update = updates.get(name);
    if (update === undefined || !open) return;
    const data = Buffer.from(bytes);
    if (!GATT[name].properties.includes('indicate'))
      return attempt('a notification was not sent', () => update(data));
    if (indications.length >= INDICATIONS_MAX_COUNT) return giveUp('it does not confirm indications');
    indications.push({ name, data });
    pump();
  };

  const link: PeripheralLink = options.peripheral.connect({
    value,
    disconnected: (reason) => giveUp(reason),
  });

  const answerRead = (
    name: Characteristic,
    offset: number,
    value: Buffer | undefined,
    answer: Answer,
  ): void => {
    if (value === undefined || offset > value.length) return answer(ATT_ERROR.invalidOffset);
    snapshots.set(name, value);
    answer(SUCCESS, value.subarray(offset));
  };

  return {
    read(name, offset, answer) {
      // The rest of a long value comes from the same moment as its beginning.
      if (offset > 0 && snapshots.has(name))
        return attempt('a read', () => answerRead(name, offset, snapshots.get(name), answer));
      link.read(name, (result) =>
        attempt('a read', () => {
          if (!result.ok) answer(answerableError(result.attError));
          else answerRead(name, offset, Buffer.from(result.bytes ?? []), answer);
        }),
      );
    },
    write(name, bytes, offset, mode, answer) {
      if (offset !== 0) return attempt('a write', () => answer(ATT_ERROR.invalidOffset));
      if (!(bytes.length <= FRAME_MAX_BYTES))
        return attempt('a write', () => answer(ATT_ERROR.invalidLength));
      if (mode === 'withoutResponse') return link.write(name, bytes, mode, () => {});
      holdCount++;
      const done = (result: AttResult): void => {
        attempt('a write', () => answer(result.ok ? SUCCESS : answerableError(result.attError)));
        release();
      };
      link.write(name, bytes, mode, done);
    },
    stop: (bytes) => link.write('stop', bytes, 'withoutResponse', () => {}),
    subscribe(name, update) {
      if (!open) return;
      updates.set(name, update);
      // bleno answers the subscription after this returns: what it lets loose goes out behind the answer.
      holdCount++;
      link.subscribe(name, true, (result) => {
        // bleno cannot refuse a subscription; to be told of one that is none would be worse than no link.
        if (!result.ok) giveUp(`the belt refused the subscription to ${name}`);
      });
      queueMicrotask(release);
    },
    unsubscribe(name) {
      updates.delete(name);
      // A link that ends unsubscribes first; the belt is to see it as lost, not as unsubscribed.
      queueMicrotask(() => {
        if (open && !updates.has(name)) link.subscribe(name, false, () => {});
      });
    },
    confirmed() {
      if (confirmationTimer === undefined) return;
      clearTimeout(confirmationTimer);
      confirmationTimer = undefined;
      // bleno forgets which indication was under way after this returns.
      queueMicrotask(pump);
    },
    closed() {
      if (!open) return;
      open = false;
      clearTimeout(confirmationTimer);
      updates.clear();
      indications.length = 0;
      link.disconnect();
    },
  };
}
