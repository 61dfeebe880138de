// A whole visit on one belt: every light block resolved, and the limits that hold over all of them.
import type { BeltProfile } from '../belt/belt.ts';
import { blocksOf, planOfBlock, type PlanBlock } from './blocks.ts';
import type { Plan, PlanCareStep, SessionProgram, VisitWarning } from './plan.ts';
import { dosageWarnings } from './dosage-window.ts';
import { programTimes, visitProblems } from './program-limits.ts';
import { refusedProgram, resolveProgram, type ResolvedProgram } from './program.ts';
import type { PathMessage } from './problem.ts';
import { predictSkin, type ZoneHeating } from './skin.ts';
import { WIRE_BOUNDS, type WireBounds } from './wire-bounds.ts';

export type VisitPart =
  | { readonly kind: 'light'; readonly plan: Plan; readonly program: SessionProgram }
  | { readonly kind: 'care'; readonly step: PlanCareStep };

export interface PlannedDose {
  readonly zone: number;
  readonly wavelengthNm: number;
  readonly radiantExposureJPerCm2: number;
}

export interface ResolvedVisitParts {
  /** Light blocks and care steps, in the order of the plan. */
  readonly parts: readonly VisitPart[];
  /** One for each light block, in order. */
  readonly programs: readonly SessionProgram[];
  /** Of the whole visit, for each zone and wavelength. */
  readonly planned: readonly PlannedDose[];
  /** Predicted for each lit zone, from skin at 37 °C. */
  readonly skin: readonly ZoneHeating[];
  readonly warnings: readonly VisitWarning[];
}

export type ResolvedVisit =
  ({ readonly ok: true } & ResolvedVisitParts) | Extract<ResolvedProgram, { readonly ok: false }>;

/** Sums per zone and wavelength, in the order of their first light. */
export function plannedDoses(programs: readonly SessionProgram[]): readonly PlannedDose[] {
  const totals = new Map<string, PlannedDose>();
  for (const dose of programs.flatMap(({ prescription }) => prescription.steps.flat())) {
    const key = `${dose.zone}/${dose.wavelengthNm}`;
    const before = totals.get(key)?.radiantExposureJPerCm2 ?? 0;
    totals.set(key, {
      zone: dose.zone,
      wavelengthNm: dose.wavelengthNm,
      radiantExposureJPerCm2: before + dose.radiantExposureJPerCm2,
    });
  }
  return [...totals.values()];
}

function resolvePart(
  plan: Plan,
  block: PlanBlock,
  profile: BeltProfile,
  bounds: WireBounds,
): VisitPart | { readonly kind: 'refused'; readonly placed: readonly PathMessage[] } {
  if (block.kind === 'care') return block;
  const ofBlock = planOfBlock(plan, block);
  const resolved = resolveProgram(ofBlock, profile, bounds);
  if (resolved.ok) return { kind: 'light', plan: ofBlock, program: resolved.program };
  return {
    kind: 'refused',
    placed: resolved.placed.map(({ path, message }) => ({
      path: path.map((part, at) => (at === 1 && typeof part === 'number' ? part + block.firstIndex : part)),
      message,
    })),
  };
}

/** Limits of a visit hold over all its belt sessions; for one alone they have been checked. */
function wholeProblems(
  plan: Plan,
  programs: readonly SessionProgram[],
  profile: BeltProfile,
  bounds: WireBounds,
): readonly string[] {
  const steps = programs.flatMap(({ prescription }) => prescription.steps);
  if (programs.length === 0) return ['this session has no light'];
  if (programs.length === 1) return [];
  const times = programTimes(programs.flatMap(({ items }) => items));
  return visitProblems({ plan, profile, bounds, steps, ...times });
}

/** As `resolveProgram`, for a whole visit. Problems are told all at once, each once. Never throws. */
export function resolveVisit(
  plan: Plan,
  profile: BeltProfile,
  bounds: WireBounds = WIRE_BOUNDS,
): ResolvedVisit {
  const resolved = blocksOf(plan).map((block) => resolvePart(plan, block, profile, bounds));
  const placed = resolved.flatMap((part) => (part.kind === 'refused' ? part.placed : []));
  if (placed.length > 0) return refusedProgram(placed);
  const parts = resolved.flatMap((part) => (part.kind === 'refused' ? [] : [part]));
  const programs = parts.flatMap((part) => (part.kind === 'light' ? [part.program] : []));
  const skin = predictSkin(programs);
  const problems = [...wholeProblems(plan, programs, profile, bounds), ...skin.problems];
  if (problems.length > 0) return refusedProgram(problems.map((message) => ({ path: ['session'], message })));
  const entries = programs.flatMap(({ prescription }) => prescription.steps.flat());
  const warnings = [...dosageWarnings(plan.site, entries, profile), ...skin.warnings];
  return { ok: true, parts, programs, planned: plannedDoses(programs), skin: skin.zones, warnings };
}
