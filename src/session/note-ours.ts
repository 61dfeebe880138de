// Facts from our own side: what the dose book confirmed, and what the person asked for.
import { assertNever } from '../errors.ts';
import type { BookEvent } from '../ledger/dose-book.ts';
import type { SessionContext } from './context.ts';
import type { OperatorEvent } from './events.ts';
import { addReason, judge } from './judge.ts';

export function noteBook(context: SessionContext, event: BookEvent): SessionContext {
  const { book } = context;
  switch (event.type) {
    case 'book.loaded': {
      const beltId = context.profile?.beltId ?? '';
      const pending = event.unfinished.filter((session) => session.beltId === beltId);
      const known = event.beltRecords?.get(beltId) ?? 0;
      const knownRecord = context.input.isBeltForgetful === true ? 0 : known;
      return { ...context, book: { ...book, loaded: true, pending, knownRecord } };
    }
    case 'book.allowed':
      return { ...context, book: { ...book, allowed: true } };
    case 'book.refused': {
      const refused = { hazard: event.hazard, detail: event.detail };
      return judge({ ...context, book: { ...book, refused } }, event.atMs, context.nowMs);
    }
    case 'book.begun':
      return { ...context, book: { ...book, begun: true } };
    case 'book.reserved': {
      const reservedCeiling =
        event.step === book.reservedStep ? Math.max(book.reservedCeiling, event.ceiling) : event.ceiling;
      return {
        ...context,
        book: {
          ...book,
          reservingSinceMs: NaN,
          reservedStep: event.step,
          reservedCeiling,
          reservedAtMs: event.atMs,
        },
      };
    }
    case 'book.reconciled':
      return {
        ...context,
        record: undefined,
        book: { ...book, pending: book.pending.filter((session) => session.sessionTag !== event.sessionTag) },
      };
    case 'book.closed':
      return { ...context, book: { ...book, closed: true } };
    case 'book.failed':
      return judge(
        {
          ...context,
          book: {
            ...book,
            reservingSinceMs: NaN,
            failed: event.detail,
            failure: book.failure ?? event.detail,
          },
        },
        event.atMs,
        context.nowMs,
      );
    default:
      return assertNever(event);
  }
}

export function noteOperator(context: SessionContext, event: OperatorEvent): SessionContext {
  switch (event.type) {
    case 'operator.start':
      return { ...context, startedAtMs: event.atMs };
    case 'operator.arm':
      // Whether the skin may be lit is a question of this moment (H03).
      return judge(
        { ...context, consent: event.consent, saidYes: true, presentAtMs: event.atMs },
        event.atMs,
        context.nowMs,
      );
    case 'operator.stop':
      return addReason(context, { kind: 'stop', cause: event.cause });
    case 'operator.pause':
      if (context.report?.state === 'awaitingButton')
        return { ...context, notice: 'nothing to pause: the belt waits for its button' };
      return { ...context, presentAtMs: event.atMs, pauseWanted: 'operator' };
    case 'operator.resume':
      return { ...context, presentAtMs: event.atMs, notice: undefined };
    case 'operator.present':
      return judge({ ...context, presentAtMs: event.atMs }, event.atMs, context.nowMs);
    case 'operator.abandon':
      return addReason(context, { kind: 'abandon' });
    default:
      return assertNever(event);
  }
}
