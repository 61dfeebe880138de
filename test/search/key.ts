// From the facts of a session to one of finitely many abstract states: what its further course depends on, times as
// "due, soon, later", doses as few levels. Each place names the facts that count there. Where a fact is left out wrongly,
// the second representatives of search.ts find it.
import { concludeEnd } from '../../src/session/conclude.ts';
import type { SessionContext } from '../../src/session/context.ts';
import { isOpen, type DoseSlot, type SlotDose } from '../../src/session/dose.ts';
import { placeOf } from '../../src/session/session-logic.ts';
import type { Snapshot } from './logic.ts';
import type { Witness } from './witness.ts';

/** How much of an armed session is told apart. */
export type Grain = 'coarse' | 'fine';

const flag = (is: boolean): string => (is ? '1' : '0');

/** How far a deadline is: passed, within a tick, within what may be lost, later, never. */
function untilDue(atMs: number, nowMs: number): string {
  if (Number.isNaN(atMs)) return 'n';
  if (atMs === Infinity) return '-';
  const leftMs = atMs - nowMs;
  if (leftMs <= 0) return '0';
  return leftMs <= 250 ? '1' : leftMs <= 900 ? '2' : '3';
}

/** How long something has lasted. */
const sinceWhen = (sinceMs: number, nowMs: number, longMs: number): string =>
  !(sinceMs <= nowMs) ? '-' : nowMs - sinceMs >= longMs ? 'l' : nowMs - sinceMs > 50 ? 's' : '0';

function doseLevel(context: SessionContext, slot: DoseSlot, dose: SlotDose): string {
  if (!isOpen(dose))
    return dose.withheld === 'no' ? (dose.status === 'done' ? 'D' : 'E') : (dose.withheld[0] ?? '');
  const ratio = Math.max(dose.reportedJPerCm2, dose.integratedJPerCm2) / slot.prescribedJPerCm2;
  const ceiling = context.book.reservedStep === slot.step ? context.book.reservedCeiling : 0;
  const nearCeiling = dose.reportedJPerCm2 / slot.prescribedJPerCm2 + 0.1 > ceiling;
  const level = ratio === 0 ? '0' : ratio < 0.9 ? '1' : '2';
  return `${level}${flag(nearCeiling)}${flag(dose.litSinceMs <= context.nowMs)}`;
}

const dosesOf = (context: SessionContext): string =>
  context.slots
    .map((slot, index) => {
      const dose = context.doses[index];
      const isNow = slot.step === context.report?.step;
      if (dose === undefined) return '';
      // Of a step that is not the belt's only whether it is still to come counts.
      return isNow ? doseLevel(context, slot, dose) : flag(isOpen(dose));
    })
    .join('.');

const activeOf = (context: SessionContext): string =>
  context.active.length === 0
    ? ''
    : [...new Set(context.active.map(({ id, response, by }) => id + response[0] + by[0]))].sort().join();

/** Why it ends, as far as it matters from here on. */
function endsOf(context: SessionContext): string {
  if (context.reasons.length === 0) return '';
  const { outcome } = concludeEnd(context);
  const has = (kind: string): string => flag(context.reasons.some((reason) => reason.kind === kind));
  return `${outcome}${has('abandon')}${has('bookSilent')}`;
}

const early = (context: SessionContext, place: string): string => {
  const { report, book, nowMs, deadlines, record } = context;
  const isLate = place.startsWith('ready');
  return [
    flag(context.linkOpen),
    context.profile === undefined ? '-' : flag(context.program !== undefined),
    report === undefined
      ? '-'
      : flag(report.state === 'armed') + (isLate ? flag(report.state === 'paused') : ''),
    activeOf(context),
    flag(context.saidYes),
    context.consent[0],
    flag(book.pending.length > 0) + flag(book.knownRecord > 0) + flag(book.newestRecord !== undefined),
    record === undefined ? '-' : 'r',
    untilDue(deadlines.stateAtMs, nowMs),
    untilDue(deadlines.statusAtMs, nowMs),
    flag(context.badFrameCount > 0),
    report === undefined ? '' : flag(report.state === 'awaitingButton'),
  ].join('|');
};

const memoryOf = ({ safety, nowMs }: SessionContext): string => {
  const sinceOff = safety.zones.map((zone) => sinceWhen(zone.offSinceMs, nowMs, 1e9)).join('');
  const deviating = safety.zones.map((zone) => sinceWhen(zone.deviatingSinceMs, nowMs, 750)).join('');
  return `${sinceOff}/${deviating}/${safety.contactLossCount}${flag(safety.contactLostMs > 29_000)}`;
};

const armed = (context: SessionContext, witness: Witness): string => {
  const { report, nowMs, deadlines, lease } = context;
  return [
    essence(context, witness),
    activeOf(context),
    dosesOf(context),
    report?.step,
    flag(lease.litEndMs > nowMs),
    untilDue(deadlines.stateAtMs, nowMs),
    untilDue(deadlines.statusAtMs, nowMs),
    untilDue(deadlines.restAtMs, nowMs),
    memoryOf(context),
    flag(context.badFrameCount > 0),
    context.beltCause ?? '',
  ].join('|');
};

const isDueAt = (atMs: number, nowMs: number): string => (atMs === Infinity ? '-' : flag(atMs <= nowMs));

/** The zones still to come: which are open. What lies behind decides nothing any more. */
function openOf(context: SessionContext): string {
  const item = context.program?.items[context.itemIndex];
  const step = item?.kind === 'treat' ? item.step : context.itemIndex;
  return context.slots
    .map((slot, index) => {
      const dose = context.doses[index];
      return dose === undefined || slot.step < step ? '' : flag(isOpen(dose));
    })
    .join('');
}

/** The belt's state as far as any question is asked about it. */
function classOf({ phase, resuming }: SessionContext, state: string): string {
  // A pause that lasts asks only whether the belt is paused, too.
  if (phase === 'paused' && !resuming) return state === 'paused' ? 'p' : 'x';
  if (state === 'armed' || state === 'paused') return state[0] ?? '';
  if (state === 'awaitingButton' && phase === 'countdown') return 'b';
  return state === 'countdown' || state === 'selfTest' ? 'c' : 'x';
}

/** What decides about leases, pauses and ends; the coarse grain ends here. */
function essence(context: SessionContext, witness: Witness): string {
  const { report, nowMs, deadlines, book, safety, pause } = context;
  const paused = pause === undefined ? '-' : flag(pause.sentCount >= 5);
  // What a late answer left behind is wiped when RESUME goes out again.
  const resume = flag(context.resuming) + flag(context.resumeAcknowledged) + flag(context.resumeRefused);
  return [
    report === undefined ? '-' : `${classOf(context, report.state)}${flag(report.epoch === context.epoch)}`,
    flag(context.sessionSeen) + flag(context.phase === 'countdown' && context.sessionEmissionMs > 0),
    openOf(context),
    context.itemIndex,
    flag(book.reservedStep >= 0) + flag(book.reservedCeiling >= 1) + flag(book.reservingSinceMs <= nowMs),
    flag(context.pauseWanted !== undefined) + paused,
    context.resuming ? resume : '',
    flag(context.phase === 'countdown' && nowMs - context.countdownSinceMs >= 1000),
    context.phase === 'paused' ? '' : isDueAt(deadlines.stateAtMs, nowMs),
    isDueAt(deadlines.statusAtMs, nowMs) +
      isDueAt(deadlines.restAtMs, nowMs) +
      isDueAt(deadlines.presenceAtMs, nowMs),
    flag(context.phase === 'emitting' && safety.zones.some((zone) => nowMs - zone.deviatingSinceMs >= 750)),
    flag(safety.contactLossCount >= 3) + flag(context.strays.length > 0),
    witness.pending.join(),
    flag(witness.mayShine) + flag(witness.epoch === context.epoch),
  ].join('|');
}

/** Of the way out each place asks for less than the one before it. */
const stopping = (context: SessionContext, witness: Witness, place: string): string => {
  const { stopping: way, nowMs, deadlines, book, strays, safety } = context;
  const common = [
    flag(context.linkOpen),
    flag(witness.isArmed) + flag(!Number.isNaN(context.armedAtMs)) + flag(strays.length > 0),
    endsOf(context),
    flag(way?.confirmed === true),
    untilDue(deadlines.stateAtMs, nowMs),
    flag(book.begun),
  ];
  if (place === 'stopping.closing')
    return [...common, flag(book.closed), flag(book.failed !== undefined)].join('|');
  if (place === 'stopping.recording') return common.join('|');
  const offFor = safety.zones.some((zone) => nowMs - zone.offSinceMs > 50) ? 'o' : '';
  const back = way === undefined ? '-' : untilDue(way.reconnectUntilMs, nowMs);
  if (place !== 'stopping.confirming') return [...common, offFor, back].join('|');
  const sent = `${way?.sentCount}${flag(way?.answered === true)}`;
  return [...common, offFor, back, sent, flag(context.identityDiffers)].join('|');
};

/** The abstract state, as text. */
export function keyOf(snapshot: Snapshot, witness: Witness, grain: Grain): string {
  const { session } = snapshot.context;
  const place = placeOf(snapshot);
  if (snapshot.status !== 'active')
    return `${place}|${endsOf(session)}|${session.stopping?.confirmed === true}`;
  if (session.phase === 'stopping') return `${place}|${stopping(session, witness, place)}`;
  const isEarly = session.phase !== 'countdown' && session.phase !== 'emitting' && session.phase !== 'paused';
  const isOver = witness.over === undefined ? '' : 'o';
  return `${place}|${isOver}|${isEarly ? early(session, place) : grain === 'fine' ? armed(session, witness) : essence(session, witness)}`;
}
