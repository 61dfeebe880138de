// Pairing: the secret printed on the belt's label becomes a long-term key of one controller and one belt.
import {
  createBeltExchange,
  createControllerExchange,
  LONG_TERM_KEY_BYTES,
  OWN_VERSIONS,
  type BeltHandshake,
  type ControllerHandshake,
  type RandomBytes,
} from './exchange.ts';
import type { RefusalCode, VersionRange } from './handshake-messages.ts';

export { LABEL_SECRET_BYTES, LONG_TERM_KEY_BYTES } from './exchange.ts';

export interface ControllerPairing {
  readonly version: number;
  readonly beltId: Uint8Array;
  readonly longTermKey: Uint8Array;
}
export interface BeltPairing {
  readonly version: number;
  readonly controllerId: Uint8Array;
  /** Provisional until a session under it was set up: the last message may never arrive. */
  readonly longTermKey: Uint8Array;
}

/** The controller's end of one attempt to pair. `beltId`: the one that is asked for, if known. */
export const createPairingController = (options: {
  readonly labelSecret: Uint8Array;
  readonly controllerId: Uint8Array;
  readonly randomBytes: RandomBytes;
  readonly beltId?: Uint8Array | undefined;
  readonly versions?: VersionRange;
}): ControllerHandshake<ControllerPairing> =>
  createControllerExchange({
    flavour: 'pair',
    secret: options.labelSecret,
    controllerId: options.controllerId,
    randomBytes: options.randomBytes,
    versions: options.versions ?? OWN_VERSIONS,
    outputBytes: LONG_TERM_KEY_BYTES,
    beltId: options.beltId,
    finish: (longTermKey, { version, beltId }) => ({ version, beltId, longTermKey }),
  });

/**
 * The belt's end of one attempt. `refuse` says why pairing is impossible now (closed window, too many failures, no room,
 * emission possible), or undefined; it is asked twice. The caller counts attempts that end in `wrongProof`.
 */
export const createPairingBelt = (options: {
  readonly labelSecret: Uint8Array;
  readonly beltId: Uint8Array;
  readonly randomBytes: RandomBytes;
  readonly refuse: (controllerId: Uint8Array) => RefusalCode | undefined;
  readonly versions?: VersionRange;
}): BeltHandshake<BeltPairing> =>
  createBeltExchange({
    flavour: 'pair',
    beltId: options.beltId,
    bootEpoch: new Uint8Array(0),
    randomBytes: options.randomBytes,
    versions: options.versions ?? OWN_VERSIONS,
    outputBytes: LONG_TERM_KEY_BYTES,
    admit(controllerId) {
      const code = options.refuse(controllerId);
      return code === undefined ? { ok: true, secret: options.labelSecret } : { ok: false, code };
    },
    finish: (longTermKey, { controllerId }, version) => ({ version, controllerId, longTermKey }),
  });
