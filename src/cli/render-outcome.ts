// How a session ended, for a person and for a script. Pure.
import type { SessionOutcome, ZoneOutcome } from '../session/outcome.ts';
import { renderCareDone } from './render-care.ts';
import { formatDuration } from './render-session.ts';
import { roundMs } from './stamp.ts';
import type { Stamp } from './stamp.ts';
import type { Paint, StyleName } from './style.ts';
import { renderWideTable, wrapText } from './wrap.ts';
import type { VisitOutcome } from './visit-outcome.ts';

const STYLE: Readonly<Record<SessionOutcome['outcome'], StyleName>> = {
  completed: 'green',
  stopped: 'yellow',
  cutoff: 'red',
  lockout: 'red',
  refused: 'yellow',
  failed: 'red',
};

const OFF_WORDS: Readonly<Record<SessionOutcome['emissionOff'], string>> = {
  confirmed: 'light off, confirmed by the belt',
  unconfirmed: 'LIGHT OFF NOT CONFIRMED',
  neverOn: 'no light was emitted',
};

const STATUS_WORDS: Readonly<Record<ZoneOutcome['status'], string>> = {
  done: '',
  endedShort: 'ended short',
  cutOff: 'CUT OFF',
  incomplete: 'incomplete',
};

/** A file or a pipe gets each sentence on one line. */
export const outcomeColumns = (io: { readonly isOutputTerminal: boolean; columns(): number }): number =>
  io.isOutputTerminal ? io.columns() : Infinity;

export function renderOutcome(outcome: VisitOutcome, paint: Paint, columns = Infinity): readonly string[] {
  const { zones } = outcome;
  const off = OFF_WORDS[outcome.emissionOff];
  const isUnconfirmed = outcome.emissionOff === 'unconfirmed';
  const hazard = outcome.hazard === null ? '' : ` (${outcome.hazard})`;
  const lines = [
    `${paint(STYLE[outcome.outcome], paint('bold', `${outcome.outcome.toUpperCase()}${hazard}`))} · ` +
      `${isUnconfirmed ? paint('alarm', ` ${off} `) : off} · ${formatDuration(outcome.durationMs)}`,
    ...wrapText(outcome.message, columns),
  ];
  if (zones.length > 0 && outcome.emissionOff !== 'neverOn') {
    const rows = zones.map((zone) => [
      `${zone.zone}  ${zone.wavelengthNm} nm`,
      `${zone.deliveredJPerCm2.toFixed(3)} J/cm²`,
      `${zone.prescribedJPerCm2.toFixed(3)} J/cm²`,
      zone.prescribedJPerCm2 > 0
        ? `${((zone.deliveredJPerCm2 / zone.prescribedJPerCm2) * 100).toFixed(1)} %`
        : '–',
      [zone.certainty === 'certain' ? '' : 'at most', STATUS_WORDS[zone.status]]
        .filter((word) => word !== '')
        .join(', '),
    ]);
    lines.push(...renderWideTable(['zone', 'delivered', 'prescribed', '', ''], rows, columns));
  }
  return [...lines, ...renderCareDone(outcome.care ?? [], columns)];
}

/** The last line of a session for scripts: the fields of the contract first. */
export const outcomeRecord = (outcome: VisitOutcome, stamp: Stamp): Readonly<Record<string, unknown>> => ({
  event: 'session.outcome',
  ...stamp,
  outcome: outcome.outcome,
  emissionOff: outcome.emissionOff,
  hazard: outcome.hazard,
  session: outcome.session,
  plan: outcome.plan,
  durationMs: roundMs(outcome.durationMs),
  zones: outcome.zones,
  hazards: outcome.hazards,
  person: outcome.person ?? null,
  course: outcome.course ?? null,
  allowedAt: outcome.allowedAt ?? null,
  care: outcome.care ?? [],
  message: outcome.message,
  exitCode: outcome.exitCode,
});
