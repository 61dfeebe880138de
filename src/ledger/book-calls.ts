// The five calls of the dose book as data: what each writes, and the event that confirms it.
import { assertNever } from '../errors.ts';
import type { BeltRecord } from '../belt/belt.ts';
import { closeEntry, intentEntry, reconcileEntry, unfinishedSessions, type BookState } from './book-state.ts';
import type { BookEvent, DoseClosing, DoseIntent } from './dose-book.ts';
import type { BookEntry } from './entries.ts';

export type BookCall =
  | { readonly kind: 'load' }
  | { readonly kind: 'allow'; readonly intent: DoseIntent }
  | { readonly kind: 'begin'; readonly intent: DoseIntent }
  | { readonly kind: 'reserve'; readonly sessionTag: string; readonly step: number; readonly ceiling: number }
  | { readonly kind: 'reconcile'; readonly sessionTag: string; readonly found: BeltRecord | 'none' }
  | { readonly kind: 'close'; readonly closing: DoseClosing };

/** undefined: nothing is to be written. */
export function entryOf(state: BookState, call: BookCall): BookEntry | undefined {
  switch (call.kind) {
    case 'load':
    case 'allow':
      return undefined;
    case 'begin':
      return intentEntry(call.intent);
    case 'reserve':
      return { kind: 'reserve', session: call.sessionTag, step: call.step, ceiling: call.ceiling };
    case 'reconcile':
      return reconcileEntry(state, call.sessionTag, call.found);
    case 'close':
      return closeEntry(call.closing);
    default:
      return assertNever(call);
  }
}

/** A ceiling that is durable already needs no second entry. */
export function isReserved(state: BookState, call: BookCall): boolean {
  if (call.kind !== 'reserve') return false;
  const session = state.sessions.get(call.sessionTag);
  if (session === undefined || session.closing !== undefined || session.reconciled !== undefined)
    return false;
  return call.ceiling <= (session.reserved[call.step] ?? -1);
}

export function eventOf(state: BookState, call: BookCall, atMs: number): BookEvent {
  switch (call.kind) {
    case 'load':
      return { type: 'book.loaded', atMs, unfinished: unfinishedSessions(state) };
    case 'allow':
      return { type: 'book.allowed', atMs, course: null };
    case 'begin':
      return { type: 'book.begun', atMs };
    case 'reserve':
      return { type: 'book.reserved', atMs, step: call.step, ceiling: call.ceiling };
    case 'reconcile':
      return { type: 'book.reconciled', atMs, sessionTag: call.sessionTag };
    case 'close':
      return { type: 'book.closed', atMs };
    default:
      return assertNever(call);
  }
}
