// Pairing over any transport: the label's secret becomes a long-term key, and a first session under it makes the belt
// keep it.
import type { Attempt, ConnectFailure, Transport } from '../transport/transport.ts';
import type { Clock } from '../clock.ts';
import type { BeltProfile } from './belt.ts';
import type { RandomBytes } from './credentials.ts';

export interface PairBeltOptions {
  readonly transport: Transport;
  /** As an advert says it: `ble:…`, `socket:…`, `sim`. */
  readonly address: string;
  readonly clock: Clock;
  /** 16 bytes, from `parseLabel` in protocol/label.ts. */
  readonly labelSecret: Uint8Array;
  /** 8 bytes, this controller's for life. */
  readonly controllerId: Uint8Array;
  readonly randomBytes: RandomBytes;
  /** 8 bytes; when given, any other belt that answers is refused. */
  readonly beltId?: Uint8Array;
}

/** Why no pairing came about, beyond what keeps any link from being opened. */
export type PairingFailure =
  | ConnectFailure
  /** The belt's button was not pressed, or too long ago. */
  | 'windowClosed'
  | 'wrongLabel'
  | 'tooManyFailures'
  /** The belt keeps as many controllers as it can. */
  | 'full'
  /** A session is under way, or another pairing. */
  | 'busy'
  /** The belt cannot read its own keys: factory reset. */
  | 'storeDamaged'
  | 'versionMismatch'
  | 'wrongBelt'
  /** What came was no pairing message, or came out of turn. */
  | 'damaged'
  /** The link ended on the way. */
  | 'interrupted';

export type PairingResult =
  | {
      readonly ok: true;
      readonly beltId: Uint8Array;
      readonly longTermKey: Uint8Array;
      /** From inside the first sealed session. */
      readonly profile: BeltProfile;
    }
  | { readonly ok: false; readonly failure: PairingFailure; readonly detail: string };

/** Ends in `ended`, exactly once, within PAIRING_MAX_MS, unless cancelled. Leaves no link open. */
export type PairBelt = (options: PairBeltOptions, ended: (result: PairingResult) => void) => Attempt;
