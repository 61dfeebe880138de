// A session with a tape between it and the world: every input, every call, every timer, every change that is shown.
import type { BeltPort } from '../belt/belt.ts';
import type { DoseBookPort } from '../ledger/dose-book.ts';
import {
  createSession,
  type Session,
  type SessionHandlers,
  type SessionInput,
  type SessionPorts,
} from '../session/session.ts';
import type { SessionView } from '../session/view.ts';
import type { Tape } from './record-tape.ts';
import { sessionFacts } from './recording-format.ts';

export type CallWorld = (call: string, args: readonly unknown[], act: () => void) => void;

/** Every call of the session, in one shape: for the tape, and for the replay that compares. */
export const tapedBelt = (belt: BeltPort, call: CallWorld): BeltPort => ({
  open: () => call('belt.open', [], () => belt.open()),
  prepare: (prescription) => call('belt.prepare', [prescription], () => belt.prepare(prescription)),
  arm: (consent) => call('belt.arm', [consent], () => belt.arm(consent)),
  pause: () => call('belt.pause', [], () => belt.pause()),
  resume: (epoch) => call('belt.resume', [epoch], () => belt.resume(epoch)),
  clear: () => call('belt.clear', [], () => belt.clear()),
  poll: () => call('belt.poll', [], () => belt.poll()),
  lease: (request) => call('belt.lease', [request], () => belt.lease(request)),
  readRecord: (sessionTag) => call('belt.readRecord', [sessionTag], () => belt.readRecord(sessionTag)),
  stop: () => call('belt.stop', [], () => belt.stop()),
  close: () => call('belt.close', [], () => belt.close()),
});

export const tapedBook = (book: DoseBookPort, call: CallWorld): DoseBookPort => ({
  load: () => call('book.load', [], () => book.load()),
  allow: (intent) => call('book.allow', [intent], () => book.allow(intent)),
  begin: (intent) => call('book.begin', [intent], () => book.begin(intent)),
  reserve: (sessionTag, step, ceiling) =>
    call('book.reserve', [sessionTag, step, ceiling], () => book.reserve(sessionTag, step, ceiling)),
  reconcile: (sessionTag, found) =>
    call('book.reconcile', [sessionTag, found], () => book.reconcile(sessionTag, found)),
  close: (closing) => call('book.close', [closing], () => book.close(closing)),
});

/** Answers what is shown when it is something else than before. */
export function createShownWatch(): (view: SessionView) => object | undefined {
  let key = '';
  return (view) => {
    const { state, itemIndex, emission, awaitsButton, hazards, warnings, badFrameCount } = view;
    const pause = view.pause?.cause ?? null;
    const head = { state, itemIndex, emission, awaitsButton, pause, hazards, warnings, badFrameCount };
    const now = JSON.stringify(head);
    if (now === key) return undefined;
    key = now;
    const zones = view.zones().map((zone) => [zone.zone, zone.status, zone.deliveredUpperJPerCm2]);
    return { ...head, elapsedMs: view.elapsedMs, zones };
  };
}

/** As `createSession`, on tape. */
export function createRecordedSession(
  { resolve, ...input }: SessionInput,
  { clock: _clock, belt, book }: SessionPorts,
  handlers: SessionHandlers,
  tape: Tape,
): Session {
  const call: CallWorld = (name, args, act) => tape.call({ t: 'did', call: name, with: args }, act);
  const watch = createShownWatch();
  const begin = (): Session =>
    createSession(
      {
        ...input,
        resolve: (profile) =>
          tape.call(undefined, () => {
            const resolution = resolve(profile);
            tape.put({ t: 'resolved', resolution });
            return resolution;
          }),
      },
      { clock: tape.clock, belt: tapedBelt(belt, call), book: tapedBook(book, call) },
      {
        onView(view, event) {
          const shown = watch(view);
          if (shown !== undefined) tape.put({ t: 'shown', shown });
          tape.view(() => handlers.onView(view, event));
        },
        onOutcome(outcome) {
          tape.put({ t: 'outcome', outcome: sessionFacts(outcome, input) });
          handlers.onOutcome(outcome);
        },
      },
    );
  const begun: { session?: Session } = {};
  tape.take({ t: 'session', input }, () => void (begun.session = begin()));
  const session = begun.session ?? begin();
  return {
    send: (event) => tape.take({ t: 'event', event }, () => session.send(event)),
    view: () => session.view(),
  };
}
