// Whether the belt is locked, and for whom it is not. A locked belt hears and tells in the open nothing but handshakes;
// STOP never comes near this file.
import { encodeFeatures } from '../../protocol/documents.ts';
import type { RandomBytes } from '../../protocol/exchange.ts';
import {
  BOOT_EPOCH_BYTES,
  PAIRING_FAILURE_MAX_COUNT,
  PAIRING_WINDOW_MS,
  type RefusalCode,
} from '../../protocol/handshake-messages.ts';
import { decodeKeyStore, encodeKeyStore, hasRoomFor, type KeyStore } from './key-store.ts';
import { isSession, type Firmware, type Link } from './state.ts';

/** What the factory gave the belt: the secret on its label, and a source of unpredictable bytes. */
export interface BeltSecrets {
  readonly labelSecret: Uint8Array;
  readonly randomBytes: RandomBytes;
}

export interface Lock {
  readonly secrets: BeltSecrets;
  /** Fresh in every boot: sessions of an earlier one can never be continued. */
  readonly bootEpoch: Uint8Array;
  /** What `store` was read from. The flash replaces its image as a whole, so another one is another object. */
  image: Uint8Array | undefined;
  /** Undefined when the image is damaged. */
  store: KeyStore | undefined;
  isLocked: boolean;
  windowEndsAtMs: number;
  failureCount: number;
  lastHelloAtMs: number;
}

export const createLock = (secrets: BeltSecrets): Lock => ({
  secrets,
  bootEpoch: secrets.randomBytes(BOOT_EPOCH_BYTES),
  image: undefined,
  store: undefined,
  isLocked: true,
  windowEndsAtMs: Number.NEGATIVE_INFINITY,
  failureCount: 0,
  lastHelloAtMs: Number.NEGATIVE_INFINITY,
});

function readStore(fw: Firmware): void {
  const { lock, flash } = fw;
  lock.image = flash.keyImage;
  lock.store = decodeKeyStore(flash.keyImage);
  // Without its store the belt cannot know that it never was paired: it stays shut rather than open to everybody.
  lock.isLocked = lock.store === undefined || lock.store.keys.length > 0;
  if (fw.features.paired === lock.isLocked) return;
  fw.features = { ...fw.features, paired: lock.isLocked };
  fw.featureBytes = encodeFeatures(fw.features);
}

/** The keys, or undefined when the store is damaged. */
export function keyStoreOf(fw: Firmware): KeyStore | undefined {
  if (fw.lock.image !== fw.flash.keyImage) readStore(fw);
  return fw.lock.store;
}

/** True when only sealed frames count. Asked for every frame: without a change of the store it costs a comparison. */
export function isLocked(fw: Firmware): boolean {
  if (fw.lock.image !== fw.flash.keyImage) readStore(fw);
  return fw.lock.isLocked;
}

/** What the belt says about itself, with `paired` as it is now. */
export function featureBytesOf(fw: Firmware): Uint8Array {
  isLocked(fw);
  return fw.featureBytes;
}

/** The belt is locked, and this link has not shown that it holds a key. */
export const isShutOut = (fw: Firmware, link: Link): boolean => !link.isSealed && isLocked(fw);

export function writeKeyStore(fw: Firmware, store: KeyStore): void {
  fw.flash.keyImage = encodeKeyStore(store);
  readStore(fw);
}

export const isPairingWindowOpen = (fw: Firmware): boolean => fw.nowMs < fw.lock.windowEndsAtMs;

/** By a hand on the belt, which is why earlier failures do not count any more. */
export function openPairingWindow(fw: Firmware, nowMs: number): void {
  fw.lock.windowEndsAtMs = nowMs + PAIRING_WINDOW_MS;
  fw.lock.failureCount = 0;
}

export function countPairingFailure(fw: Firmware): void {
  fw.lock.failureCount += 1;
}

/** Why this controller cannot be paired now, or undefined when it can. */
export function whyNotPair(fw: Firmware, controllerId: Uint8Array): RefusalCode | undefined {
  const { lock } = fw;
  const store = keyStoreOf(fw);
  if (store === undefined) return 'storeDamaged';
  if (!isPairingWindowOpen(fw)) return 'windowClosed';
  if (!(lock.failureCount < PAIRING_FAILURE_MAX_COUNT)) return 'tooManyFailures';
  if (isSession(fw) || fw.board.masterClosed) return 'busy';
  return hasRoomFor(store, controllerId) ? undefined : 'full';
}
