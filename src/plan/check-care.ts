// Care steps beside light: what may come before it, after it, and how long. From the sources under 6.2 and 6.3 of the
// dosimetry notes; [eng] where no source gives a figure.
import { formatNumber } from '../dosimetry/units.ts';
import type { CareMeasure, PlanCareStep, PlanStep } from './plan.ts';
import { problem, type PathProblem, type PathWarning, type PlanPath } from './problem.ts';
import { stepAtLeastS } from './step-times.ts';

const MIN_S = 60;
/** Ice for longer than 20 min harms skin; for less than 15 it does little. */
const ICE_MIN_S = 15 * MIN_S;
const ICE_MAX_S = 20 * MIN_S;
const ICE_APART_S = 90 * MIN_S;
/** Warm skin and light add up: heat ends this long before, and skin is at 37 °C or less then. */
const HEAT_BEFORE_LIGHT_S = 30 * MIN_S;
const MASSAGE_AFTER_LIGHT_S = 10 * MIN_S;

interface Range {
  readonly minS: number;
  readonly maxS: number;
}

const RANGES: Readonly<Record<CareMeasure, Range>> = {
  ice: { minS: ICE_MIN_S, maxS: ICE_MAX_S },
  heat: { minS: 0, maxS: 30 * MIN_S },
  stretch: { minS: 0, maxS: 30 * MIN_S },
  massage: { minS: 0, maxS: 30 * MIN_S },
  rest: { minS: 0, maxS: 60 * MIN_S },
  medicine: { minS: 0, maxS: 0 },
};

const minutes = (durationS: number): string => `${formatNumber(durationS / MIN_S, 1)} min`;

function checkDuration(step: PlanCareStep, path: PlanPath): PathProblem[] {
  const { minS, maxS } = RANGES[step.measure];
  if (step.durationS >= minS && step.durationS <= maxS) return [];
  const word = step.durationS > maxS ? 'long' : 'short';
  const expected = minS === 0 ? `at most ${minutes(maxS)}` : `${minutes(minS)} to ${minutes(maxS)}`;
  return [
    problem(
      [...path, 'for'],
      `\`for\`: ${minutes(step.durationS)} is too ${word} for ${step.measure}`,
      expected,
    ),
  ];
}

/** Instants of the visit at the earliest: every step at least as long as it must be. */
interface VisitSoFar {
  nowS: number;
  iceEndS: number | undefined;
  heatEndS: number | undefined;
  lightEndS: number | undefined;
  readonly problems: PathProblem[];
  readonly warnings: PathWarning[];
}

function meetLight(visit: VisitSoFar, path: PlanPath): void {
  if (visit.iceEndS !== undefined)
    visit.problems.push(
      problem(
        path,
        'light after ice: cold lowers what light does, and cold skin is numb',
        'light before ice',
      ),
    );
  if (visit.heatEndS === undefined) return;
  const darkS = visit.nowS - visit.heatEndS;
  if (darkS >= HEAT_BEFORE_LIGHT_S) return;
  visit.problems.push(
    problem(
      path,
      `light ${darkS === 0 ? 'right' : minutes(darkS)} after heat: warm skin and light add up`,
      `heat that ends at least ${minutes(HEAT_BEFORE_LIGHT_S)} before light, with other care between`,
    ),
  );
}

function meetCare(visit: VisitSoFar, step: PlanCareStep, path: PlanPath): void {
  visit.problems.push(...checkDuration(step, path));
  if (step.measure === 'ice' && visit.iceEndS !== undefined && !(visit.nowS - visit.iceEndS >= ICE_APART_S))
    visit.problems.push(
      problem(
        path,
        `ice again after ${minutes(visit.nowS - visit.iceEndS)}`,
        `${minutes(ICE_APART_S)} between`,
      ),
    );
  if (step.measure !== 'massage' || visit.lightEndS === undefined) return;
  const sinceS = visit.nowS - visit.lightEndS;
  if (sinceS >= MASSAGE_AFTER_LIGHT_S) return;
  visit.warnings.push({
    path,
    message: `massage ${minutes(sinceS)} after light: no pressure on the treated area yet`,
    source: `no pressure massage over a just-treated warm area for ${minutes(MASSAGE_AFTER_LIGHT_S)} [eng]`,
  });
}

export function checkCare(session: readonly PlanStep[]): {
  readonly problems: readonly PathProblem[];
  readonly warnings: readonly PathWarning[];
} {
  const visit: VisitSoFar = {
    nowS: 0,
    iceEndS: undefined,
    heatEndS: undefined,
    lightEndS: undefined,
    problems: [],
    warnings: [],
  };
  for (const [index, step] of session.entries()) {
    const path = ['session', index];
    if (step.kind === 'treat') meetLight(visit, path);
    else if (step.kind === 'care') meetCare(visit, step, path);
    visit.nowS += stepAtLeastS(step);
    if (step.kind === 'treat') visit.lightEndS = visit.nowS;
    else if (step.kind === 'care' && step.measure === 'ice') visit.iceEndS = visit.nowS;
    else if (step.kind === 'care' && step.measure === 'heat') visit.heatEndS = visit.nowS;
  }
  return visit;
}
