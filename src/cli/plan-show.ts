// `plan show`: what one session of a plan gives on one belt, and why that is allowed, with the arithmetic beside it.
import { formatPlanProblem } from '../plan/load.ts';
import { programTable } from '../plan/describe.ts';
import type { VisitWarning } from '../plan/plan.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import { describeBelt } from './belt-profiles.ts';
import type { Io } from './io.ts';
import { reviewPlan } from './plan-review.ts';
import type { SoundReview } from './plan-review.ts';
import { readPlan, readStandardInput } from './plan-source.ts';
import { problemRecord, reviewRecord } from './render-check.ts';
import { courseWords } from './render-course.ts';
import { renderExposures, renderHeating, zoneExposures } from './render-exposure.ts';
import { formatDuration } from './render-session.ts';
import { renderWorstCase } from './render-worst-case.ts';
import { renderSteps, visitTotals } from './render-visit.ts';
import { stampNow } from './stamp.ts';
import { createPaint, isColourWanted, printable } from './style.ts';
import type { Paint } from './style.ts';
import { outputColumns, renderFacts, wrapText } from './wrap.ts';
import type { Fact } from './wrap.ts';

export interface PlanShowRequest {
  readonly plan: string;
  readonly profile: string | undefined;
  readonly isJson: boolean;
  readonly isColourRefused: boolean;
}

function facts(review: SoundReview, isBeltChosen: boolean): readonly Fact[] {
  const { plan, belt } = review;
  const why = isBeltChosen ? '' : ', the first built-in profile that has what it needs';
  const { sessionDoseJPerCm2, durationS } = plan.limits;
  const limits = [
    ...(sessionDoseJPerCm2 === undefined ? [] : [`${sessionDoseJPerCm2} J/cm² a zone and session`]),
    ...(durationS === undefined ? [] : [`${formatDuration(durationS * 1000)} a session`]),
  ];
  return [
    ['plan', plan.name],
    ['site', `${plan.site}: where the dose is booked`],
    ['belt', `${describeBelt(belt)}${why}`],
    ['basis', plan.basis ?? 'none given'],
    ['evidence', plan.evidence ?? 'none given'],
    ['course', courseWords(plan.course)],
    ['limits', limits.length === 0 ? 'none of its own; those of belt and program hold' : limits.join(', ')],
  ];
}

function totalWords(review: SoundReview): string {
  const { plan, belt, visit } = review;
  const totals = visitTotals(visit, belt.profile);
  const care = totals.careMs > 0 ? `, ${formatDuration(totals.careMs)} of care` : '';
  const acts =
    visit.programs.length > 1
      ? ` Light begins ${visit.programs.length} times, each with its own deliberate act and countdown.`
      : '';
  return `${totals.radiantEnergyJ.toFixed(1)} J in all on the site ‘${plan.site}’: ${formatDuration(totals.lightMs)} of light and rests${care}.${acts}`;
}

/** What the same rule or row says is one paragraph, and the rule is quoted once. */
function warningLines(warnings: readonly VisitWarning[]): readonly string[] {
  const messagesOf = new Map<string, string[]>();
  for (const { message, source } of warnings) {
    const messages = messagesOf.get(source);
    if (messages === undefined) messagesOf.set(source, [message]);
    else messages.push(message);
  }
  return [...messagesOf].map(([source, messages]) => `${messages.join('; ')} (${source})`);
}

export function renderShown(
  review: SoundReview,
  options: { readonly isBeltChosen: boolean; readonly columns: number; readonly paint: Paint },
): readonly string[] {
  const { columns, paint } = options;
  const title = (words: string): readonly string[] => ['', paint('bold', words)];
  const warnings = warningLines(review.warnings).flatMap((warning) =>
    wrapText(warning, columns, '- ', '  ').map((line) => paint('yellow', line)),
  );
  return [
    ...wrapText(review.plan.title, columns).map((line) => paint('bold', line)),
    ...renderFacts(facts(review, options.isBeltChosen), columns),
    ...title('One session'),
    ...renderSteps(review.visit, review.belt.profile, columns),
    ...wrapText(totalWords(review), columns),
    '',
    ...renderExposures(zoneExposures(review.visit.programs), columns),
    '',
    ...renderHeating(review.visit.skin, columns),
    ...title('Worst case'),
    ...renderWorstCase(review.worst, review.facts, columns),
    ...(warnings.length === 0 ? [] : [...title('Worth knowing'), ...warnings]),
  ].map(printableLine);
}

/** Colour is ours; everything else that could move the cursor is not. */
const printableLine = (line: string): string =>
  line
    .split(/(\u001b\[[0-9;]*m)/)
    .map((part, at) => (at % 2 === 1 ? part : printable(part)))
    .join('');

const shownRecord = (review: SoundReview, file: string): Readonly<Record<string, unknown>> => {
  const { plan, belt, visit } = review;
  const totals = visitTotals(visit, belt.profile);
  return {
    ...reviewRecord(review, file, stampNow()),
    event: 'plan.shown',
    title: plan.title,
    site: plan.site,
    basis: plan.basis ?? null,
    evidence: plan.evidence ?? null,
    course: plan.course === undefined ? null : { ...plan.course, words: courseWords(plan.course) },
    limits: plan.limits,
    parts: visit.parts.map((part) =>
      part.kind === 'care'
        ? {
            kind: 'care',
            measure: part.step.measure,
            durationS: part.step.durationS,
            say: part.step.say ?? null,
          }
        : { kind: 'light', ...programTable(part.program, belt.profile) },
    ),
    radiantEnergyJ: totals.radiantEnergyJ,
    careMs: totals.careMs,
    skinExposure: zoneExposures(visit.programs),
    skinHeating: visit.skin.map(({ zone, ...heating }) => ({ zone: `L${zone + 1}`, ...heating })),
  };
};

export async function planShow(
  request: PlanShowRequest,
  io: Io,
  readInput: () => Promise<string> = readStandardInput,
): Promise<ExitCode> {
  const source = request.plan === '-' ? { text: await readInput(), file: '-' } : readPlan(request.plan);
  const review = reviewPlan(source, request.profile);
  if (!review.ok) {
    if (request.isJson)
      for (const problem of review.problems)
        io.out(`${JSON.stringify(problemRecord(problem, stampNow()))}\n`);
    for (const problem of review.problems) io.err(`${formatPlanProblem(problem)}\n`);
    const where =
      review.belt === undefined ? 'it has problems' : `it does not fit the belt ${describeBelt(review.belt)}`;
    io.err(`laserbelt: ${source.file} cannot be shown: ${where}.\n`);
    return EXIT_CODE.usage;
  }
  if (request.isJson) {
    io.out(`${JSON.stringify(shownRecord(review, source.file))}\n`);
    return EXIT_CODE.completed;
  }
  const isColoured = isColourWanted({
    isTerminal: io.isOutputTerminal,
    env: io.env,
    isRefused: request.isColourRefused,
  });
  const lines = renderShown(review, {
    isBeltChosen: request.profile !== undefined,
    columns: outputColumns(io),
    paint: createPaint(isColoured),
  });
  io.out(`${lines.join('\n')}\n`);
  return EXIT_CODE.completed;
}
