// What the worst-case search watches: each line, each zone over its wavelengths, and the energy of all zones together.
import type { WorstCaseEvent } from './worst-case-events.ts';
import type { WorstCaseFacts } from './worst-case-facts.ts';
import { dosesOf, type State, type World } from './worst-case-world.ts';

/** An event, and what the zone (or the whole site, in J) has had after it: in this visit, and since the first. */
export interface WorstCaseStep {
  readonly event: WorstCaseEvent;
  readonly visitDose: number;
  readonly dayDose: number;
}

export interface Most {
  /** As the belt measures it. */
  readonly measured: number;
  /** With the belt's stated uncertainty, and one of its steps for each visit: the true dose is never above this. */
  readonly atMost: number;
  /** The fewest events that lead there. */
  readonly steps: readonly WorstCaseStep[];
}

/** What is watched: a weighted sum over the lines. */
export interface Target {
  readonly zone: number | undefined;
  readonly line: number | undefined;
  readonly lines: readonly number[];
  readonly weights: readonly number[];
  readonly planned: number;
  readonly slack: number;
}

export const amountOf = (target: Target, doses: readonly number[]): number => {
  let amount = 0;
  for (const line of target.lines) amount += (doses[line] ?? 0) * (target.weights[line] ?? 0);
  return amount;
};

export interface Best {
  readonly target: Target;
  visit: { amount: number; state: State | undefined };
  day: { amount: number; state: State | undefined };
}

export function targetsOf({ visit, zones, facts, planned }: World): Target[] {
  const ones = planned.map(() => 1);
  const all = planned.map((_, line) => line);
  const slackOf = (line: number): number =>
    ((visit.lines[line]?.irradianceMaxMwPerCm2 ?? 0) * facts.beltStepS) / 1000;
  const sumSlack = (lines: readonly number[], weights: readonly number[]): number =>
    lines.reduce((sum, line) => sum + slackOf(line) * (weights[line] ?? 0), 0);
  const make = (
    zone: number | undefined,
    line: number | undefined,
    lines: readonly number[],
    weights: readonly number[],
  ): Target => ({
    zone,
    line,
    lines,
    weights,
    planned: lines.reduce((sum, index) => sum + (planned[index] ?? 0) * (weights[index] ?? 0), 0),
    slack: sumSlack(lines, weights),
  });
  const areas = visit.lines.map(({ areaCm2 }) => areaCm2);
  return [
    ...all.map((line) => make(visit.lines[line]?.zone, line, [line], ones)),
    ...zones.map(({ zone, lines }) => make(zone, undefined, lines, ones)),
    make(undefined, undefined, all, areas),
  ];
}

/** More than rounding. */
const isMore = (amount: number, than: number): boolean => amount > than * (1 + 1e-12);

/** Kept with the first state that reaches it: breadth first, that is the one with the fewest events. */
export function noteBests(bests: readonly Best[], state: State): void {
  const doses = dosesOf(state);
  for (const best of bests) {
    const inVisit = amountOf(best.target, doses);
    const inDay = inVisit + amountOf(best.target, state.history.doses);
    if (isMore(inVisit, best.visit.amount)) best.visit = { amount: inVisit, state };
    if (isMore(inDay, best.day.amount)) best.day = { amount: inDay, state };
  }
}

/** The events from the beginning to a state, with the doses after each. */
export function stepsTo(target: Target, last: State | undefined): readonly WorstCaseStep[] {
  const steps: WorstCaseStep[] = [];
  for (let state = last; state?.event !== undefined; state = state.before) {
    const visitDose = amountOf(target, dosesOf(state));
    const dayDose = visitDose + amountOf(target, state.history.doses);
    steps.push({ event: state.event, visitDose, dayDose });
  }
  return steps.reverse();
}

export function mostOf(facts: WorstCaseFacts, target: Target, found: Best['visit']): Most {
  const visits = (found.state?.history.past.length ?? 0) + 1;
  return {
    measured: found.amount,
    atMost: found.amount / (1 - facts.measurementUncertainty) + visits * target.slack,
    steps: stepsTo(target, found.state),
  };
}
