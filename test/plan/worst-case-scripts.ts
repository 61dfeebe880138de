// What is done to a day in the simulator: the sequences that the search claims to be worst, and random ones.
import { createRandom, type Random } from '../../firmware-sim/random.ts';
import { sumOver } from '../../src/plan/worst-case-rules.ts';
import type { WorstCaseStep } from '../../src/plan/worst-case-targets.ts';
import type { Rig } from '../session/support/rig.ts';
import {
  createDay,
  waitForBook,
  waitUntil,
  zoneOfKey,
  nowS,
  type Day,
  type Doses,
} from './worst-case-day.ts';
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
  /** Undefined: to its end. */
  readonly below: 'retryThreshold' | 'dayDose' | 'both' | undefined;
  readonly block: number;
  readonly isFailing: boolean;
  readonly how: Break;
  /** `L1/808`, or a zone: what it is to be the most of. Where a zone's wavelengths share a cap, it has its share first. */
  readonly favoured: string;
}

const BREAKS: Partial<Record<WorstCaseStep['event']['kind'], Break>> = {
  stopped: 'stop',
  controllerCrashed: 'crash',
  linkLost: 'linkDrop',
  beltRestarted: 'reboot',
};

/** The visits of a sequence that the search found. */
export function claimedVisits(steps: readonly WorstCaseStep[], favoured: string): readonly ClaimedVisit[] {
  const visits: ClaimedVisit[] = [];
  for (const { event } of steps) {
    const last = visits.at(-1);
    if (event.kind === 'visitBegins') {
      visits.push({ below: undefined, block: 0, isFailing: false, how: 'stop', favoured });
      continue;
    }
    if (last === undefined) continue;
    const change: Partial<ClaimedVisit> =
      event.kind === 'zonesFail'
        ? { isFailing: true }
        : event.kind === 'light'
          ? {
              block: event.block,
              below: event.until === 'end' || event.until === 'nothing' ? undefined : event.until,
            }
          : BREAKS[event.kind] === undefined
            ? {}
            : { how: BREAKS[event.kind] ?? 'stop' };
    visits[visits.length - 1] = { ...last, ...change };
  }
  // Only where wavelengths of one zone compete does it matter for whom the visit is run.
  return visits.map((visit) =>
    visit.isFailing && visit.below !== 'retryThreshold' ? visit : { ...visit, favoured: '' },
  );
}

/** What the book may hold of each line and zone so that the rule is just kept. */
function bookedCaps(plan: SmallPlan, day: Day, below: NonNullable<ClaimedVisit['below']>): Doses {
  const { rules } = plan;
  const retry: [string, number][] = [...plan.planned].map(([key, dose]) => [key, dose * rules.retryMaxRatio]);
  if (below === 'retryThreshold') return new Map(retry);
  const zones = new Set([...plan.planned.keys()].map(zoneOfKey));
  const sum = (doses: Doses, zone: string): number => {
    const values = [...doses].flatMap(([key, dose]) => (zoneOfKey(key) === zone ? [dose] : []));
    return sumOver(values, [...values.keys()]);
  };
  return new Map<string, number>([
    ...(below === 'both' ? retry : []),
    ...[...zones].map((zone): [string, number] => [
      zone,
      rules.dayDoseMaxJPerCm2 -
        sum(plan.planned, zone) -
        day.visits.reduce((total, { booked }) => total + sum(booked, zone), 0),
    ]),
  ]);
}

/** The strongest irradiance of a line, or of a zone's lines. */
function irradianceOf(plan: SmallPlan, name: string): number {
  const all = plan.blocks.flatMap(({ prescription }) => prescription.steps.flat());
  return Math.max(
    0,
    ...all
      .filter(({ zone, wavelengthNm }) => `L${zone + 1}/${wavelengthNm}`.startsWith(name))
      .map(({ irradianceMwPerCm2 }) => irradianceMwPerCm2),
  );
}

const given = (truth: Doses, name: string): number =>
  [...truth].reduce((sum, [key, dose]) => sum + (key.startsWith(name) ? dose : 0), 0);

/** `marginS`: seconds of light below the cap at which to break off, for what the book adds to what it saw. */
function claimScript(plan: SmallPlan, day: Day, claim: ClaimedVisit, marginS: number): VisitScript {
  const { below } = claim;
  if (below === undefined) return PLAIN;
  const caps = [...bookedCaps(plan, day, below)].map(([name, cap]) => ({
    name,
    atJPerCm2: cap - (irradianceOf(plan, name) * marginS) / 1000,
    hasFailed: false,
  }));
  const isDue = (truth: Doses, _: number, rig: Rig): boolean => {
    let isAll = true;
    for (const cap of caps) {
      const isThere = given(truth, cap.name) >= cap.atJPerCm2;
      if (isThere && !claim.isFailing) return true;
      if (!isThere) isAll = false;
      if (!isThere || cap.hasFailed) continue;
      cap.hasFailed = true;
      const [zone, wavelength] = cap.name.split('/');
      rig.belt.inject(
        `emitter-dead:zone=${zone}${wavelength === undefined ? '' : `,wavelength=${wavelength}`}`,
      );
    }
    return isAll;
  };
  const rivals =
    claim.favoured === ''
      ? []
      : [...plan.planned.keys()].filter(
          (key) => key.startsWith(zoneOfKey(claim.favoured)) && !key.startsWith(claim.favoured),
        );
  return {
    ...PLAIN,
    faults: rivals.map((key) => {
      const [zone, wavelength] = key.split('/');
      return `emitter-dead:zone=${zone},wavelength=${wavelength}`;
    }),
    name: `below ${below}${claim.isFailing ? ', zones failing' : ''}, ${claim.how}, margin ${marginS} s`,
    interruption: { block: claim.block, how: claim.how, isDue },
  };
}

/** The book adds what it has not seen; more than this below the threshold, and the claim was wrong by a lease. */
const MARGINS_S: readonly number[] = [0.02, 0.3, 0.6, 0.9];

/** Runs a claimed sequence on a belt at the edge of its tolerances; the smallest margin that the book's rules let pass. */
export function runClaim(plan: SmallPlan, claims: readonly ClaimedVisit[]): readonly Day[] {
  const days: Day[] = [];
  for (const marginS of claims.some(({ below }) => below !== undefined) ? MARGINS_S : [0]) {
    const day = createDay(plan, plan.seed, true);
    days.push(day);
    let isWhole = true;
    for (const claim of claims) {
      if (!waitForBook(day)) {
        isWhole = false;
        break;
      }
      runVisit(day, claimScript(plan, day, claim, marginS));
    }
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
