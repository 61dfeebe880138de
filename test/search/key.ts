// From the facts of a session to one of finitely many abstract states: what its further course depends on, times as
// "due, soon, later", doses as few levels. Each place names the facts that count there. Where a fact is left out wrongly,
// the second representatives of search.ts find it.
import { concludeEnd } from '../../src/session/conclude.ts';
import type { SessionContext } from '../../src/session/context.ts';
import { isOpen, type DoseSlot, type SlotDose } from '../../src/session/dose.ts';
import { placeOf } from '../../src/session/session-logic.ts';
import type { Snapshot } from './logic.ts';
import type { Witness } from './witness.ts';

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
  const { outcome, exitCode } = concludeEnd(context);
  const has = (kind: string): string => flag(context.reasons.some((reason) => reason.kind === kind));
  return `${outcome}${exitCode}${has('abandon')}${has('bookSilent')}`;
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
    context.badFrameCount,
    report === undefined ? '' : flag(report.state === 'awaitingButton'),
  ].join('|');
};

function pauseOf({ pause, nowMs, report }: SessionContext): string {
  if (pause === undefined) return '-';
  const sent = pause.sentCount === 0 ? '0' : pause.sentCount < 5 ? '1' : '5';
  const recent = flag(nowMs - pause.sentAtMs < 1000);
  return (
    pause.cause[0] + sent + recent + flag(pause.restLeftMs < Infinity) + (report === undefined ? '' : '')
  );
}

const memoryOf = ({ safety, nowMs }: SessionContext): string => {
  const sinceOff = safety.zones.map((zone) => sinceWhen(zone.offSinceMs, nowMs, 1e9)).join('');
  const deviating = safety.zones.map((zone) => sinceWhen(zone.deviatingSinceMs, nowMs, 750)).join('');
  return `${sinceOff}/${deviating}/${safety.contactLossCount}${flag(safety.contactLostMs > 29_000)}`;
};

const armed = (context: SessionContext, witness: Witness): string => {
  const { report, nowMs, deadlines, book, lease } = context;
  return [
    flag(context.linkOpen),
    report === undefined ? '-' : `${report.state}${flag(report.epoch === context.epoch)}${report.step}`,
    flag(context.sessionSeen),
    flag(context.sessionEmissionMs > 0),
    activeOf(context),
    dosesOf(context),
    context.itemIndex,
    book.reservedStep,
    flag(book.reservedCeiling >= 1),
    sinceWhen(book.reservingSinceMs, nowMs, 9_000),
    flag(lease.litEndMs > nowMs),
    context.pauseWanted ?? '',
    pauseOf(context),
    flag(context.resuming) + flag(context.resumeAcknowledged) + flag(context.resumeRefused),
    sinceWhen(context.countdownSinceMs, nowMs, 1000),
    untilDue(deadlines.stateAtMs, nowMs),
    untilDue(deadlines.statusAtMs, nowMs),
    untilDue(deadlines.restAtMs, nowMs),
    untilDue(deadlines.presenceAtMs, nowMs),
    memoryOf(context),
    context.badFrameCount,
    context.strays.length > 0 ? 's' : '',
    context.beltCause ?? '',
    witness.pending.join(),
    flag(witness.mayShine) + flag(witness.epoch === context.epoch),
  ].join('|');
};

const stopping = (context: SessionContext, witness: Witness): string => {
  const { stopping: way, nowMs, deadlines, book, record, report } = context;
  return [
    flag(context.linkOpen),
    flag(witness.isArmed) + flag(!Number.isNaN(context.armedAtMs)),
    flag(context.strays.length > 0),
    flag(context.identityDiffers),
    endsOf(context),
    way === undefined ? '-' : `${way.sentCount}${flag(way.answered)}${flag(way.confirmed)}`,
    way === undefined ? '-' : untilDue(way.reconnectUntilMs, nowMs),
    untilDue(deadlines.stateAtMs, nowMs),
    record === undefined ? '-' : typeof record === 'string' ? record : record.kind + record.cause,
    flag(book.begun) + flag(book.closed) + flag(book.failed !== undefined),
    report?.emission === true ? 'e' : '',
    context.safety.zones.some((zone) => nowMs - zone.offSinceMs > 50) ? 'o' : '',
    context.badFrameCount,
  ].join('|');
};

/** The abstract state, as text. */
export function keyOf(snapshot: Snapshot, witness: Witness): string {
  const { session } = snapshot.context;
  const place = placeOf(snapshot);
  if (snapshot.status !== 'active')
    return `${place}|${endsOf(session)}|${session.stopping?.confirmed === true}`;
  if (session.phase === 'stopping') return `${place}|${stopping(session, witness)}`;
  const isEarly = session.phase !== 'countdown' && session.phase !== 'emitting' && session.phase !== 'paused';
  const isOver = witness.over === undefined ? '' : 'o';
  return `${place}|${isOver}|${isEarly ? early(session, place) : armed(session, witness)}`;
}
