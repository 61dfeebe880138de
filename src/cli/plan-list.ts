// `plan list`: the built-in programs, with what makes them different.
import { loadPlan } from '../plan/load.ts';
import type { Plan } from '../plan/plan.ts';
import { assert } from '../errors.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import { describeBelt, placeOnBelt } from './belt-profiles.ts';
import type { Io } from './io.ts';
import { builtInPlanNames, readPlan } from './plan-source.ts';
import { courseWords } from './render-course.ts';
import { formatDuration } from './render-session.ts';
import { visitTotals } from './render-visit.ts';
import { roundMs, stampNow } from './stamp.ts';
import { outputColumns, renderFacts, wrapText } from './wrap.ts';

/** They ship with the program: one that does not load is our own fault. */
function loadBuiltIn(name: string): Plan {
  const { text, file } = readPlan(name);
  const loaded = loadPlan(text, file);
  assert(loaded.ok, `the built-in plan ${name} does not load`);
  return loaded.plan;
}

function listed(plan: Plan) {
  const placed = placeOnBelt(plan, undefined);
  return {
    plan,
    belt: placed.ok ? placed.belt : undefined,
    totals: placed.ok ? visitTotals(placed.visit, placed.belt.profile) : undefined,
  };
}

type Listed = ReturnType<typeof listed>;

/** 1 µJ: what is shorter is the arithmetic's, not the plan's. */
const roundJ = (energyJ: number): number => Math.round(energyJ * 1e6) / 1e6;

const record = ({ plan, belt, totals }: Listed): Readonly<Record<string, unknown>> => ({
  event: 'plan.listed',
  ...stampNow(),
  plan: plan.name,
  title: plan.title,
  site: plan.site,
  profile: belt?.name ?? null,
  sessionCount: plan.course?.sessions ?? null,
  radiantEnergyJ: totals === undefined ? null : roundJ(totals.radiantEnergyJ),
  durationMs: totals === undefined ? null : roundMs(totals.lightMs),
  careMs: totals?.careMs ?? null,
});

const sessionWords = ({ plan, totals }: Listed): string => {
  if (totals === undefined) return `on the site ${plan.site}, for a belt of its own`;
  const care = totals.careMs > 0 ? ` and ${formatDuration(totals.careMs)} of care` : '';
  return `${totals.radiantEnergyJ.toFixed(1)} J in ${formatDuration(totals.lightMs)}${care}, on the site ${plan.site}`;
};

const words = (entry: Listed, columns: number): readonly string[] => {
  const { plan, belt } = entry;
  return [
    ...wrapText(`${plan.name}: ${plan.title}`, columns, '', '  '),
    ...renderFacts(
      [
        ['  session', sessionWords(entry)],
        ['  course', courseWords(plan.course).replace(/\. A missed.*$/, '')],
        ['  belt', belt === undefined ? 'no built-in profile has what it needs' : describeBelt(belt)],
      ],
      columns,
    ),
  ];
};

export function planList(isJson: boolean, io: Io): ExitCode {
  const plans = builtInPlanNames().map((name) => listed(loadBuiltIn(name)));
  if (isJson) for (const plan of plans) io.out(`${JSON.stringify(record(plan))}\n`);
  else {
    const columns = outputColumns(io);
    io.out(`${plans.map((plan) => words(plan, columns).join('\n')).join('\n\n')}\n`);
    io.err(
      '\nlaserbelt plan show <plan> says what one does, with its evidence; laserbelt plan new writes your own.\n',
    );
  }
  return EXIT_CODE.completed;
}
