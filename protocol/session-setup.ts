// Session set-up: each connection gets keys of its own from fresh X25519 keys and the long-term key, bound to both
// identities, the belt's boot epoch and the version.
import {
  createBeltExchange,
  createControllerExchange,
  OWN_VERSIONS,
  type Admission,
  type BeltHandshake,
  type ControllerHandshake,
  type RandomBytes,
} from './exchange.ts';
import type { VersionRange } from './handshake-messages.ts';
import { createSessionKeys, SESSION_KEY_MATERIAL_BYTES, type SessionKeys } from './sealing.ts';

export interface ControllerSession {
  readonly version: number;
  readonly beltId: Uint8Array;
  readonly bootEpoch: Uint8Array;
  readonly keys: SessionKeys;
}
export interface BeltSession {
  readonly version: number;
  readonly controllerId: Uint8Array;
  readonly keys: SessionKeys;
}

/** The controller's end, for the one belt that the long-term key belongs to. */
export const createSessionController = (options: {
  readonly longTermKey: Uint8Array;
  readonly controllerId: Uint8Array;
  readonly beltId: Uint8Array;
  readonly randomBytes: RandomBytes;
  readonly versions?: VersionRange;
}): ControllerHandshake<ControllerSession> =>
  createControllerExchange({
    flavour: 'session',
    secret: options.longTermKey,
    controllerId: options.controllerId,
    randomBytes: options.randomBytes,
    versions: options.versions ?? OWN_VERSIONS,
    outputBytes: SESSION_KEY_MATERIAL_BYTES,
    beltId: options.beltId,
    finish: (material, { version, beltId, bootEpoch }) => ({
      version,
      beltId,
      bootEpoch,
      keys: createSessionKeys(material),
    }),
  });

/** The belt's end. `findKey`: the long-term key of a controller, or `notPaired`, `storeDamaged`, `busy`; asked twice. */
export const createSessionBelt = (options: {
  readonly findKey: (controllerId: Uint8Array) => Admission;
  readonly beltId: Uint8Array;
  readonly bootEpoch: Uint8Array;
  readonly randomBytes: RandomBytes;
  readonly versions?: VersionRange;
}): BeltHandshake<BeltSession> =>
  createBeltExchange({
    flavour: 'session',
    beltId: options.beltId,
    bootEpoch: options.bootEpoch,
    randomBytes: options.randomBytes,
    versions: options.versions ?? OWN_VERSIONS,
    outputBytes: SESSION_KEY_MATERIAL_BYTES,
    admit: options.findKey,
    finish: (material, { controllerId }, version) => ({
      version,
      controllerId,
      keys: createSessionKeys(material),
    }),
  });
