// The calls of the dose book as data: what each writes, and the event that answers it.
import { assertNever } from '../errors.ts';
import type { BeltRecord } from '../belt/belt.ts';
import type { WallClock } from '../clock.ts';
import {
  beltRecordsOf,
  closeEntry,
  intentEntry,
  reconcileEntry,
  unfinishedSessions,
  type BookState,
} from './book-state.ts';
import type { CoursePlace } from './course.ts';
import { clockNotes, decide, type Refusal } from './decide.ts';
import type { BookEvent, DoseClosing, DoseIntent } from './dose-book.ts';
import type { BookEntry, CareFacts } from './entries.ts';
import { advance, type Stamp } from './timeline.ts';
import type { VisitFacts } from './visit.ts';

export type BookCall =
  | { readonly kind: 'load' }
  | { readonly kind: 'allow'; readonly intent: DoseIntent }
  | { readonly kind: 'begin'; readonly intent: DoseIntent }
  | { readonly kind: 'reserve'; readonly sessionTag: string; readonly step: number; readonly ceiling: number }
  | { readonly kind: 'reconcile'; readonly sessionTag: string; readonly found: BeltRecord | 'none' }
  | { readonly kind: 'close'; readonly closing: DoseClosing }
  | { readonly kind: 'care'; readonly facts: CareFacts };

/** What a call comes to, before anything of it is durable. */
export interface CallPlan {
  readonly entries: readonly BookEntry[];
  readonly refusal?: Refusal;
  readonly course?: CoursePlace | null;
  readonly beltRecords?: ReadonlyMap<string, number>;
}

const BOOT_MAX_CHARS = 16;

export const stampOfClock = (clock: WallClock): Stamp => {
  const upMs = clock.uptimeMs();
  return {
    wallMs: Math.floor(clock.nowMs()),
    upMs: upMs >= 0 && upMs < Infinity ? Math.floor(upMs) : null,
    boot: clock.bootId().replaceAll('-', '').slice(0, BOOT_MAX_CHARS),
  };
};

function planSession(
  state: BookState,
  intent: DoseIntent,
  visit: VisitFacts | undefined,
  stamp: Stamp,
  entries: readonly BookEntry[],
): CallPlan {
  const decision = decide(state, intent, visit, stamp);
  return decision.ok ? { entries, course: decision.course } : { entries: [], refusal: decision.refusal };
}

function planAlone(
  state: BookState,
  call: BookCall,
  stamp: Stamp,
  visit: () => VisitFacts | undefined,
): CallPlan {
  switch (call.kind) {
    case 'load':
      return { entries: [], beltRecords: beltRecordsOf(state, stamp) };
    case 'allow':
      return planSession(state, call.intent, visit(), stamp, []);
    case 'begin': {
      // What stands there already is a fault of ours, not a matter of days.
      const entry = intentEntry(call.intent, visit());
      if (state.sessions.has(call.intent.sessionTag)) return { entries: [entry] };
      return planSession(state, call.intent, visit(), stamp, [entry]);
    }
    case 'reserve': {
      const { sessionTag, step, ceiling } = call;
      return { entries: [{ kind: 'reserve', session: sessionTag, step, ceiling }] };
    }
    case 'reconcile':
      return { entries: [reconcileEntry(state, call.sessionTag, call.found)] };
    case 'close':
      return { entries: [closeEntry(call.closing)] };
    case 'care':
      return { entries: [{ kind: 'care', ...call.facts }] };
    default:
      return assertNever(call);
  }
}

/** `visit` is asked only where it is needed. A calendar that was moved is told with whatever comes next. */
export function planCall(
  state: BookState,
  call: BookCall,
  stamp: Stamp,
  visit: () => VisitFacts | undefined,
): CallPlan {
  const plan = planAlone(state, call, stamp, visit);
  const notes = call.kind === 'load' ? [] : clockNotes(state.trail, stamp);
  return notes.length === 0 ? plan : { ...plan, entries: [...notes, ...plan.entries] };
}

/** An entry this fresh tells well enough until when there was light. */
const FRESH_MS = 500;

/** A ceiling that is durable already needs no second entry, unless the last one is a while ago. */
export function isReserved(state: BookState, call: BookCall, stamp: () => Stamp): boolean {
  if (call.kind !== 'reserve') return false;
  const session = state.sessions.get(call.sessionTag);
  if (session === undefined || session.closing !== undefined || session.reconciled !== undefined)
    return false;
  if (!(call.ceiling <= (session.reserved[call.step] ?? -1))) return false;
  return advance(state.trail, stamp()).trail.atMs - session.lastMs < FRESH_MS;
}

/** undefined for what no session waits for. */
export function eventOf(
  state: BookState,
  call: BookCall,
  plan: CallPlan,
  atMs: number,
): BookEvent | undefined {
  if (plan.refusal !== undefined) return { type: 'book.refused', atMs, ...plan.refusal };
  switch (call.kind) {
    case 'load':
      return {
        type: 'book.loaded',
        atMs,
        unfinished: unfinishedSessions(state),
        ...(plan.beltRecords === undefined ? {} : { beltRecords: plan.beltRecords }),
      };
    case 'allow':
      return { type: 'book.allowed', atMs, course: plan.course ?? null };
    case 'begin':
      return { type: 'book.begun', atMs };
    case 'reserve':
      return { type: 'book.reserved', atMs, step: call.step, ceiling: call.ceiling };
    case 'reconcile':
      return { type: 'book.reconciled', atMs, sessionTag: call.sessionTag };
    case 'close':
      return { type: 'book.closed', atMs };
    case 'care':
      return undefined;
    default:
      return assertNever(call);
  }
}
