// The worst-case search against the simulator: for one small plan, what the search claims to be most, and the most that
// was truly given when its own sequences and random ones were run.
import { worstCase, type WorstCaseFound, type WorstCaseLine } from '../../src/plan/worst-case.ts';
import type { Most } from '../../src/plan/worst-case-targets.ts';
import { referenceProfile } from './belts.ts';
import { plus, type Day, type Doses } from './worst-case-day.ts';
import { claimedVisits, runClaim, runRandomDay, type ClaimedVisit } from './worst-case-scripts.ts';
import type { SmallPlan } from './worst-case-small-plans.ts';

export interface Comparison {
  readonly seed: number;
  readonly words: string;
  readonly violations: readonly string[];
  /** The largest gap between what the search says and what was seen, in leases of that zone. */
  readonly gapLeases: number;
  readonly gapWords: string;
  /** The largest dose seen, as a ratio of what the search says. */
  readonly nearestRatio: number;
  readonly dayCount: number;
  readonly visitCount: number;
}

const LEASE_S = 1;
const RANDOM_DAY_COUNT = 2;

const given = (doses: Doses, line: WorstCaseLine): number =>
  [...doses].reduce((sum, [key, dose]) => sum + (isOf(key, line) ? dose : 0), 0);
const isOf = (key: string, { zone, wavelengthNm }: WorstCaseLine): boolean =>
  wavelengthNm === undefined ? key.startsWith(`${zone}/`) : key === `${zone}/${wavelengthNm}`;

const nameOf = ({ zone, wavelengthNm }: WorstCaseLine): string =>
  wavelengthNm === undefined ? zone : `${zone}/${wavelengthNm}`;

/**
 * What one lease can give to a line, at the strongest that the plan asks of it. Where wavelengths of a zone share what the
 * day leaves, what the book adds for one is taken from the other: then one lease is that of the zone.
 */
function leaseOf(plan: SmallPlan, line: WorstCaseLine, most: Most): number {
  const shares = most.steps.some(
    ({ event }) => event.kind === 'light' && (event.until === 'dayDose' || event.until === 'both'),
  );
  const whole = shares ? { ...line, wavelengthNm: undefined } : line;
  const all = plan.blocks.flatMap(({ prescription }) => prescription.steps.flat());
  const strongest = Math.max(
    ...all
      .filter(({ zone, wavelengthNm }) => isOf(`L${zone + 1}/${wavelengthNm}`, whole))
      .map(({ irradianceMwPerCm2 }) => irradianceMwPerCm2),
  );
  return (strongest * LEASE_S) / 1000;
}

function claimsOf(found: WorstCaseFound): readonly (readonly ClaimedVisit[])[] {
  const names = found.lines.map(nameOf);
  const claims = [...found.lines, ...found.zones].flatMap(({ visit, day }) => [
    claimedVisits(visit.steps, names),
    claimedVisits(day.steps, names),
  ]);
  const named = new Map(claims.map((claim) => [JSON.stringify(claim), claim]));
  // What is the beginning of a longer one is run with it.
  const known = [...named.keys()];
  return [...named]
    .filter(([name]) => !known.some((other) => other !== name && other.startsWith(`${name.slice(0, -1)},`)))
    .map(([, claim]) => claim);
}

interface Seen {
  readonly name: string;
  readonly visit: Doses;
  readonly day: Doses;
}

function seenIn(day: Day, name: string): Seen[] {
  let sum: Doses = new Map();
  return day.visits.map((visit) => {
    sum = sum.size === 0 ? visit.truth : plus(sum, visit.truth);
    return { name, visit: visit.truth, day: sum };
  });
}

export function compareWithSimulator(plan: SmallPlan): Comparison {
  const found = worstCase(plan.blocks, referenceProfile, plan.facts);
  if (!found.ok) throw new Error(found.problem);
  const lines = [...found.lines, ...found.zones];
  const seen: Seen[] = [];
  let dayCount = 0;
  for (const claim of claimsOf(found))
    for (const day of runClaim(plan, claim)) {
      dayCount += 1;
      seen.push(...seenIn(day, `claim ${JSON.stringify(claim)}`));
    }
  for (let number = 1; number <= RANDOM_DAY_COUNT; number++) {
    const { day, story } = runRandomDay(plan, number);
    dayCount += 1;
    seen.push(...seenIn(day, story));
  }
  const violations: string[] = [];
  let gapLeases = -Infinity;
  let gapWords = '';
  let nearestRatio = 0;
  for (const line of lines)
    for (const [what, most] of [
      ['visit', line.visit],
      ['day', line.day],
    ] as const) {
      let highest = 0;
      let by = '';
      for (const one of seen) {
        const dose = given(one[what], line);
        if (dose > highest) {
          highest = dose;
          by = one.name;
        }
      }
      const name = `${nameOf(line)} ${what}`;
      const told = `${name}: search ${most.atMost.toFixed(5)}, simulator ${highest.toFixed(5)}`;
      if (!(highest <= most.atMost)) violations.push(`below the truth: ${told} by ${by}`);
      const gap = (most.atMost - highest) / leaseOf(plan, line, most);
      if (!(gap <= 1))
        violations.push(
          `${gap.toFixed(2)} leases above: ${told}; ${JSON.stringify(most.steps.map(({ event }) => event.kind))}`,
        );
      nearestRatio = Math.max(nearestRatio, highest / most.atMost);
      if (gap > gapLeases) {
        gapLeases = gap;
        gapWords = told;
      }
    }
  const { seed, words } = plan;
  return {
    seed,
    words,
    violations,
    gapLeases,
    gapWords,
    nearestRatio,
    dayCount,
    visitCount: seen.length,
  };
}
