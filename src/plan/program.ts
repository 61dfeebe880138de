// One session of a plan on one belt: emitters found, doses and times computed, every limit of belt and wire kept.
import type { BeltProfile, PrescribedZone } from '../belt/belt.ts';
import { EXPOSURE_TIME_BACKSTOP } from '../safety/limits.ts';
import { blocksOf } from './blocks.ts';
import type { Plan, PlanTreatStep, ProgramItem, SessionProgram } from './plan.ts';
import type { PathMessage, PlanPath } from './problem.ts';
import { prescribeZone } from './prescribe.ts';
import { programTimes, sessionProblems } from './program-limits.ts';
import { WIRE_BOUNDS, type WireBounds } from './wire-bounds.ts';

export type ResolvedProgram =
  | { readonly ok: true; readonly program: SessionProgram }
  | {
      readonly ok: false;
      /** In words, each once. */
      readonly problems: readonly string[];
      /** The same, with the place in the plan. */
      readonly placed: readonly PathMessage[];
    };

/** The backstop is never nearer to the planned time than this. */
const TIME_LIMIT_MARGIN_MIN_S = 1;

interface Draft {
  readonly items: ProgramItem[];
  readonly steps: (readonly PrescribedZone[])[];
  readonly placed: PathMessage[];
}

interface OnBelt {
  readonly profile: BeltProfile;
  readonly bounds: WireBounds;
}

function addTreat(draft: Draft, step: PlanTreatStep, path: PlanPath, { profile, bounds }: OnBelt): void {
  const zones: PrescribedZone[] = [];
  for (const [index, name] of step.zones.entries()) {
    const resolved = prescribeZone(step, name, profile, bounds);
    if (resolved.ok) {
      zones.push(resolved.value);
      continue;
    }
    for (const { key, message } of resolved.problems) {
      const below: PlanPath = key === undefined ? [] : key === 'treat' ? [key, index] : [key];
      draft.placed.push({ path: [...path, ...below], message });
    }
  }
  const groups = step.order === 'together' ? [zones] : zones.map((zone) => [zone]);
  for (const group of groups) {
    if (group.length === 0) continue;
    draft.items.push({ kind: 'treat', step: draft.steps.length, zones: group });
    draft.steps.push(group);
  }
}

/** Each message once, where it stands first. */
export function refusedProgram(placed: readonly PathMessage[]): Extract<ResolvedProgram, { ok: false }> {
  const first = new Map(placed.map((problem) => [problem.message, problem] as const).reverse());
  const once = placed.filter((problem) => first.get(problem.message) === problem);
  return { ok: false, problems: once.map(({ message }) => message), placed: once };
}

/**
 * One belt session: the light of `plan` when care steps do not part it, else one of its blocks (`planOfBlock`).
 * `plan` has passed `loadPlan`; `profile` is what the connected belt says of itself; `bounds` are the wire's. The
 * prescription's sessionTag is empty: the session fills it in. Never throws; problems are told all at once.
 */
export function resolveProgram(
  plan: Plan,
  profile: BeltProfile,
  bounds: WireBounds = WIRE_BOUNDS,
): ResolvedProgram {
  const draft: Draft = { items: [], steps: [], placed: [] };
  const lightBlocks = blocksOf(plan).filter((block) => block.kind === 'light');
  const [block, second] = lightBlocks;
  if (second !== undefined) {
    const message = 'light stands before and after a care step: that is a belt session each';
    return refusedProgram([{ path: ['session', second.firstIndex], message }]);
  }
  for (const [index, step] of (block?.steps ?? []).entries()) {
    if (step.kind === 'rest')
      draft.items.push({ kind: 'rest', durationMs: Math.ceil(step.durationS * 1000) });
    else addTreat(draft, step, ['session', (block?.firstIndex ?? 0) + index], { profile, bounds });
  }
  const { emissionS, totalS } = programTimes(draft.items);
  const session = { plan, profile, bounds, steps: draft.steps, emissionS, totalS };
  // A limit over a session that lacks some of its steps would be a guess.
  const placed =
    draft.placed.length > 0
      ? draft.placed
      : sessionProblems(session).map((message) => ({ path: ['session'], message }));
  if (placed.length > 0) return refusedProgram(placed);
  const marginS = Math.max(TIME_LIMIT_MARGIN_MIN_S, emissionS * EXPOSURE_TIME_BACKSTOP);
  const timeLimitS = Math.min(Math.ceil(emissionS + marginS), profile.sessionMaxS, bounds.timeLimitMaxS);
  const program: SessionProgram = {
    planName: plan.name,
    site: plan.site,
    items: draft.items,
    prescription: { sessionTag: '', steps: draft.steps, timeLimitS },
    plannedDurationMs: Math.round(totalS * 1000),
  };
  return { ok: true, program };
}
