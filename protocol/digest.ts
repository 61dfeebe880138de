// What the person agrees to is bound to what the belt decoded: a digest of the prescription, and a proof over it.
import { createHash } from 'node:crypto';

export const DIGEST_BYTES = 16;
export const NONCE_BYTES = 8;
export const ARM_PROOF_BYTES = 8;

/** SHA-256 of an encoded prescription, its first 16 bytes. The belt encodes again what it decoded and digests that. */
export const prescriptionDigest = (encoded: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(encoded).digest().subarray(0, DIGEST_BYTES));

/** SHA-256 of digest and nonce, its first 8 bytes: what ARM must carry. */
export const armProof = (digest: Uint8Array, nonce: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(digest).update(nonce).digest().subarray(0, ARM_PROOF_BYTES));
