// The locked side of a scripted belt: the exchanges of protocol/, told what a test wants, and nothing of a firmware.
import type { BeltHandshake } from '../../../protocol/exchange.ts';
import { HANDSHAKE, type RefusalCode } from '../../../protocol/handshake-messages.ts';
import { createPairingBelt, type BeltPairing } from '../../../protocol/pairing.ts';
import type { SessionKeys } from '../../../protocol/sealing.ts';
import { createSessionBelt, type BeltSession } from '../../../protocol/session-setup.ts';
import {
  BOOT_EPOCH,
  CONTROLLER_ID,
  LABEL_SECRET,
  LONG_TERM_KEY,
  namedRandom,
} from '../../protocol/handshake-rig.ts';

export { CONTROLLER_ID, LABEL_SECRET, LONG_TERM_KEY } from '../../protocol/handshake-rig.ts';

export const BELT_ID = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
export const CREDENTIALS = {
  controllerId: CONTROLLER_ID,
  beltId: BELT_ID,
  longTermKey: LONG_TERM_KEY,
  randomBytes: namedRandom('controller'),
};

export interface ScriptedLock {
  beltId: Uint8Array;
  labelSecret: Uint8Array;
  longTermKey: Uint8Array | undefined;
  /** What every pairing is refused with. */
  refusal: RefusalCode | undefined;
  /** Keys of pairings that were finished, not yet used. */
  readonly paired: Uint8Array[];
  readonly kinds: number[];
  /** Changes or swallows what the belt says. */
  alter: (message: Uint8Array) => Uint8Array | undefined;
  take(message: Uint8Array): {
    readonly send: Uint8Array | undefined;
    readonly keys: SessionKeys | undefined;
  };
}

export function createScriptedLock(): ScriptedLock {
  const randomBytes = namedRandom('belt');
  let pairing: BeltHandshake<BeltPairing> | undefined;
  let session: BeltHandshake<BeltSession> | undefined;
  const lock: ScriptedLock = {
    beltId: BELT_ID,
    labelSecret: LABEL_SECRET,
    longTermKey: LONG_TERM_KEY,
    refusal: undefined,
    paired: [],
    kinds: [],
    alter: (message) => message,
    take(message) {
      const { beltId, labelSecret } = lock;
      const kind = message[0] ?? 0;
      lock.kinds.push(kind);
      if (kind === HANDSHAKE.pairHello)
        pairing = createPairingBelt({ labelSecret, beltId, randomBytes, refuse: () => lock.refusal });
      if (kind === HANDSHAKE.sessionHello)
        session = createSessionBelt({
          findKey: () =>
            lock.longTermKey === undefined
              ? { ok: false, code: 'notPaired' }
              : { ok: true, secret: lock.longTermKey },
          beltId,
          bootEpoch: BOOT_EPOCH,
          randomBytes,
        });
      const isPairing = kind === HANDSHAKE.pairHello || kind === HANDSHAKE.pairProof;
      const step = isPairing ? pairing?.take(message) : session?.take(message);
      let keys: SessionKeys | undefined;
      if (step?.status === 'done' && 'longTermKey' in step.result) {
        lock.longTermKey = step.result.longTermKey;
        lock.paired.push(step.result.longTermKey);
      } else if (step?.status === 'done' && 'keys' in step.result) keys = step.result.keys;
      return { send: step?.send === undefined ? undefined : lock.alter(step.send), keys };
    },
  };
  return lock;
}
