// What is done to a day in the simulator: the sequences that the search claims to be worst, and random ones.
import { createRandom, type Random } from '../../firmware-sim/random.ts';
import type { WorstCaseStep } from '../../src/plan/worst-case-targets.ts';
import type { Rig } from '../session/support/rig.ts';
import { createDay, waitForBook, waitUntil, nowS, type Day, type Doses } from './worst-case-day.ts';
import { runVisit, type Break, type VisitScript } from './worst-case-visits.ts';
import { between, chance, oneOf, type SmallPlan } from './worst-case-small-plans.ts';

const PLAIN: VisitScript = {
  name: 'to its end',
  interruption: undefined,
  pauses: [],
  faults: [],
  bookLatencyMs: 2,
};

/** How one visit of a claim is meant to go. */
export interface ClaimedVisit {
  /** The dose of each line, `L1/808`, at which it is broken off; undefined: to its end. */
  readonly below: readonly (readonly [line: string, jPerCm2: number])[] | undefined;
  readonly block: number;
  readonly isFailing: boolean;
  readonly how: Break;
}

const BREAKS: Partial<Record<WorstCaseStep['event']['kind'], Break>> = {
  stopped: 'stop',
  controllerCrashed: 'crash',
  linkLost: 'linkDrop',
  beltRestarted: 'reboot',
};

/** The visits of a sequence that the search found; `lines` in the order of the search. */
export function claimedVisits(
  steps: readonly WorstCaseStep[],
  lines: readonly string[],
): readonly ClaimedVisit[] {
  const visits: ClaimedVisit[] = [];
  for (const { event } of steps) {
    if (event.kind === 'visitBegins') {
      visits.push({ below: undefined, block: 0, isFailing: false, how: 'stop' });
      continue;
    }
    const last = visits.at(-1);
    if (last === undefined) continue;
    const how = BREAKS[event.kind];
    let change: Partial<ClaimedVisit> = how === undefined ? {} : { how };
    if (event.kind === 'zonesFail') change = { isFailing: true };
    if (event.kind === 'light') {
      const below = event.doses.map((dose, index) => [lines[index] ?? '', dose] as const);
      change = { block: event.block, below: event.until === 'end' ? undefined : below };
    }
    visits[visits.length - 1] = { ...last, ...change };
  }
  return visits;
}

/** The strongest irradiance of a line. */
function irradianceOf(plan: SmallPlan, line: string): number {
  const all = plan.blocks.flatMap(({ prescription }) => prescription.steps.flat());
  return Math.max(
    0,
    ...all
      .filter(({ zone, wavelengthNm }) => `L${zone + 1}/${wavelengthNm}` === line)
      .map(({ irradianceMwPerCm2 }) => irradianceMwPerCm2),
  );
}

const deadEmitter = (line: string): string => {
  const [zone = '', wavelength = ''] = line.split('/');
  return `emitter-dead:zone=${zone},wavelength=${wavelength}`;
};

/** `marginS`: seconds of light below the claim at which to break off, for what the book adds to what it saw. */
function claimScript(plan: SmallPlan, claim: ClaimedVisit, marginS: number): VisitScript {
  const { below, isFailing } = claim;
  if (below === undefined) return PLAIN;
  const caps = below
    .filter(([, dose]) => dose > 0)
    .map(([line, dose]) => ({
      line,
      atJPerCm2: dose - (irradianceOf(plan, line) * marginS) / 1000,
      hasFailed: false,
    }));
  const isDue = (truth: Doses, _: number, rig: Rig): boolean => {
    let isAll = true;
    for (const cap of caps) {
      const isThere = (truth.get(cap.line) ?? 0) >= cap.atJPerCm2;
      if (!isThere) isAll = false;
      if (!isThere || !isFailing || cap.hasFailed) continue;
      cap.hasFailed = true;
      rig.belt.inject(deadEmitter(cap.line));
    }
    return isAll;
  };
  return {
    ...PLAIN,
    faults: isFailing ? below.filter(([, dose]) => dose === 0).map(([line]) => deadEmitter(line)) : [],
    name: `below ${JSON.stringify(below)}${isFailing ? ', zones failing' : ''}, ${claim.how}, margin ${marginS} s`,
    interruption: { block: claim.block, how: claim.how, isDue },
  };
}

/** The book adds what it has not seen; more than this below the threshold, and the claim was wrong by a lease. */
const MARGINS_S: readonly number[] = [0.02, 0.1, 0.3, 0.6, 0.9];

/** Runs a claimed sequence on a belt at the edge of its tolerances; the smallest margin that the book's rules let pass. */
export function runClaim(plan: SmallPlan, claims: readonly ClaimedVisit[]): readonly Day[] {
  const days: Day[] = [];
  for (const marginS of claims.some(({ below }) => below !== undefined) ? MARGINS_S : [0]) {
    const day = createDay(plan, plan.seed, true);
    days.push(day);
    const isWhole = claims.every((claim) => {
      if (!waitForBook(day)) return false;
      runVisit(day, claimScript(plan, claim, marginS));
      return true;
    });
    if (isWhole) break;
  }
  return days;
}

const RANDOM_FAULTS: readonly ((random: Random) => string)[] = [
  (r) =>
    `answer-lost:op=${oneOf(r, ['prepare', 'arm', 'pause', 'resume'])},effect=${oneOf(r, ['before', 'after'])}`,
  (r) => `frame-loss:rate=${between(r, 0.05, 0.3).toFixed(2)},for=${1000 + r.below(8000)}ms`,
  () => 'frame-duplicate:rate=0.5,for=20s',
  (r) => `link-stall@${between(r, 0, 6).toFixed(1)}s:for=${200 + r.below(3000)}ms`,
];
const BREAK_NAMES: readonly Break[] = [
  'stop',
  'crash',
  'crashLost',
  'linkDrop',
  'linkGone',
  'reboot',
  'rebootLost',
];

function randomScript(random: Random, plan: SmallPlan): VisitScript {
  const lightS = Math.max(...plan.blocks.map(({ plannedDurationMs }) => plannedDurationMs / 1000));
  // Most of what matters happens early: below the threshold of a retry.
  const atMs = 1000 * lightS * (chance(random, 0.6) ? between(random, 0, 0.35) : between(random, 0, 1));
  const how = oneOf(random, BREAK_NAMES);
  const pauses = Array.from({ length: random.below(4) }, () => ({
    lightMs: Math.round(between(random, 0, lightS * 1000)),
    how: oneOf(random, ['pause', 'pause', 'contact-lost:for=300ms', 'link-stall:for=1200ms']),
    resumeMs: Math.round(between(random, 50, 2000)),
  })).sort((left, right) => left.lightMs - right.lightMs);
  const faults = chance(random, 0.4) ? [oneOf(random, RANDOM_FAULTS)(random)] : [];
  const block = random.below(plan.blocks.length);
  const isBroken = chance(random, 0.7);
  return {
    name: `random: ${isBroken ? `${how} at ${Math.round(atMs)} ms of block ${block}` : 'to its end'}, pauses ${JSON.stringify(pauses)}, ${faults.join()}`,
    interruption: isBroken ? { block, how, isDue: (_, lightMs) => lightMs >= atMs } : undefined,
    pauses,
    faults,
    bookLatencyMs: oneOf(random, [0, 2, 20, 200, 900]),
  };
}

/** A day of somebody whose sessions go wrong at random, and who tries again as soon as the book lets them. */
export function runRandomDay(plan: SmallPlan, number: number): { readonly day: Day; readonly story: string } {
  const random = createRandom(plan.seed * 1000 + number, 'random day');
  const day = createDay(plan, plan.seed + number, chance(random, 0.5));
  const story: string[] = [];
  for (let count = 0; count < 4; count++) {
    if (!waitForBook(day)) break;
    waitUntil(day, nowS(day) + between(random, 0, 20));
    const script = randomScript(random, plan);
    story.push(script.name);
    runVisit(day, script);
  }
  return { day, story: story.join(' / ') };
}
