// What a visit would do and whether it would be allowed, for `start --dry-run`. Pure.
import type { Asked } from '../ledger/ask.ts';
import type { DryRunFound } from './dry-run.ts';
import { courseWords } from './render-course.ts';
import { formatDuration } from './render-session.ts';
import { renderSteps, visitTotals } from './render-visit.ts';
import { renderWorstCase } from './render-worst-case.ts';
import type { ScreeningDue } from './screen.ts';
import { printable } from './style.ts';
import { localTimeWords } from './visit-refusal.ts';
import { renderFacts, wrapText, type Fact } from './wrap.ts';

/** What the dose book would say now. */
export function bookWords(asked: Asked, nowMs: number): string {
  if (!asked.ok) return `refused (H20): ${asked.detail}`;
  const { decision, isUnfinished } = asked;
  const unfinished = isUnfinished
    ? ' A session of this belt is not booked to its end: its record is read first.'
    : '';
  if (!decision.ok) {
    const { hazard, detail, allowedAt } = decision.refusal;
    return `refused now (${hazard}): ${detail}${localTimeWords(allowedAt, nowMs)}${unfinished}`;
  }
  const { course } = decision;
  if (course === null) return `allowed now${unfinished}`;
  const changed = course.planChanged ? '; the plan has been changed since the last one' : '';
  return `session ${course.number} of ${course.of}, allowed now${changed}${unfinished}`;
}

export function screeningWords({ form, count }: ScreeningDue): string {
  if (form === 'unreadable') return 'the answers given before cannot be read';
  return form === 'full'
    ? `${count} questions, before the course; --answers <file> takes them from a file`
    : `${count} questions about today; --answers <file> takes them from a file`;
}

function facts({ identity, review, asked, due, nowMs }: DryRunFound): readonly Fact[] {
  const { plan, person } = identity;
  const { sessionDoseJPerCm2, durationS } = plan.limits;
  const own = [
    ...(sessionDoseJPerCm2 === undefined ? [] : [`${sessionDoseJPerCm2} J/cm² a zone and session`]),
    ...(durationS === undefined ? [] : [`${formatDuration(durationS * 1000)} a session`]),
  ];
  const acts = review.visit.programs.length;
  return [
    ['person', person],
    ['site', `${plan.site}: where the dose is booked`],
    ...(plan.basis === undefined ? [] : [['basis', plan.basis] as const]),
    ['course', courseWords(plan.course)],
    ['today', bookWords(asked, nowMs)],
    ['screening', screeningWords(due)],
    ['limits', own.length === 0 ? 'none of its own; those of belt and program hold' : own.join(', ')],
    ...(acts > 1
      ? [['light', `begins ${acts} times, each with its own deliberate act and countdown`] as const]
      : []),
  ];
}

export function renderDryRun(found: DryRunFound, columns: number): readonly string[] {
  const { identity, profile, review } = found;
  const totals = visitTotals(review.visit, profile);
  const care = totals.careMs > 0 ? `, and ${formatDuration(totals.careMs)} of care` : '';
  return [
    ...wrapText(identity.plan.title, columns),
    ...renderFacts(facts(found), columns),
    '',
    ...renderSteps(review.visit, profile, columns),
    `${totals.radiantEnergyJ.toFixed(1)} J in all, in ${formatDuration(totals.lightMs)} of light and rests${care}.`,
    '',
    ...renderWorstCase(review.worst, review.facts, columns),
    ...review.visit.warnings.flatMap(({ message, source }) =>
      wrapText(`${message} (${source})`, columns, '- ', '  '),
    ),
  ].map(printable);
}
