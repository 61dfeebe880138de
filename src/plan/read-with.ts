// Holds one group of a plan file against its shape.
import type * as z from 'zod/mini';
import { problemsOf } from './issues.ts';
import type { PathProblem, PlanPath } from './problem.ts';

export interface Read<T> {
  readonly value: T | undefined;
  readonly problems: readonly PathProblem[];
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Groups within groups; each name means one thing wherever it stands. */
const GROUP_KEYS: Readonly<Record<string, readonly string[]>> = {
  limits: ['sessionDose', 'duration'],
  ramp: ['up', 'down'],
  pulse: ['frequency', 'duty'],
  course: ['sessions', 'every', 'gap'],
  every: ['perWeek'],
};

/** `prefix` is where `value` stands in the file. Never throws. */
export function readWith<T>(
  schema: z.ZodMiniType<T> & { readonly shape: object },
  value: unknown,
  prefix: PlanPath,
): Read<T> {
  // A parser that zod compiles pays only after many values; a plan has few.
  const parsed = schema.safeParse(value, { jitless: true });
  if (parsed.success) return { value: parsed.data, problems: [] };
  const own = Object.keys(schema.shape);
  const knownKeys = (below: PlanPath): readonly string[] =>
    below.length === 0 ? own : (GROUP_KEYS[String(below[below.length - 1])] ?? []);
  return { value: undefined, problems: problemsOf(parsed.error.issues, value, prefix, knownKeys) };
}
