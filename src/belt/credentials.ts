// What a controller needs to open a belt that it is paired with.
import type { RandomBytes } from '../../protocol/exchange.ts';

export type { RandomBytes } from '../../protocol/exchange.ts';

/** From pairing; the caller keeps the key where nobody else reads it. */
export interface BeltCredentials {
  /** 8 bytes, this controller's for life. */
  readonly controllerId: Uint8Array;
  /** 8 bytes: the belt that the key belongs to. Another one that answers is refused. */
  readonly beltId: Uint8Array;
  /** 32 bytes. */
  readonly longTermKey: Uint8Array;
  /** Unpredictable bytes from the operating system. */
  readonly randomBytes: RandomBytes;
}
