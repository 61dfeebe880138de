// What a session may do to the world. The machine says it as data; the runner does it, on the ports.
import type { LeaseRequest, Prescription } from '../belt/belt.ts';
import type { BeltRecord } from '../belt/belt.ts';
import type { DoseClosing, DoseIntent } from '../ledger/dose-book.ts';

export type Consent = 'atController' | 'beltButton';

export type Effect =
  | { readonly kind: 'belt.open' }
  | { readonly kind: 'belt.prepare'; readonly prescription: Prescription }
  | { readonly kind: 'belt.arm'; readonly consent: Consent }
  | { readonly kind: 'belt.pause' }
  | { readonly kind: 'belt.resume'; readonly epoch: number }
  | { readonly kind: 'belt.lease'; readonly request: LeaseRequest }
  /** `newest` in place of a session's tag. */
  | { readonly kind: 'belt.readRecord'; readonly sessionTag: string }
  | { readonly kind: 'belt.stop' }
  | { readonly kind: 'belt.close' }
  | { readonly kind: 'book.load' }
  | { readonly kind: 'book.allow'; readonly intent: DoseIntent }
  | { readonly kind: 'book.begin'; readonly intent: DoseIntent }
  | {
      readonly kind: 'book.reserve';
      readonly sessionTag: string;
      readonly step: number;
      readonly ceiling: number;
    }
  | { readonly kind: 'book.reconcile'; readonly sessionTag: string; readonly found: BeltRecord | 'none' }
  | { readonly kind: 'book.close'; readonly closing: DoseClosing };

export const NO_EFFECTS: readonly Effect[] = [];
