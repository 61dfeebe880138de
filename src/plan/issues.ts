// What the schema found, in words and with the place it belongs to.
import type * as z from 'zod/mini';
import { nearestName } from './nearest.ts';
import { quote } from './quote.ts';
import { describeValue } from './fields.ts';
import type { PathProblem, PlanPath } from './problem.ts';

type Issue = z.core.$ZodIssue;

const isKey = (part: PropertyKey): part is string | number => typeof part !== 'symbol';

/** The value at a path, or undefined: only own keys count. */
export function valueAt(root: unknown, path: PlanPath): unknown {
  let value = root;
  for (const part of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, part)) return undefined;
    value = Object.entries(value).find(([key]) => key === String(part))?.[1];
  }
  return value;
}

function hasKey(root: unknown, path: PlanPath): boolean {
  const parent = valueAt(root, path.slice(0, -1));
  const key = path[path.length - 1];
  return key !== undefined && parent !== null && typeof parent === 'object' && Object.hasOwn(parent, key);
}

const SHAPES: Readonly<Record<string, string>> = { array: 'a list', object: 'a group of keys' };

const items = (count: number | bigint): string => `${count} item${count === 1 ? '' : 's'}`;

function expectedOf(issue: Issue): string {
  if (issue.code === 'custom') return String(issue.params?.['expected'] ?? '');
  if (issue.code === 'invalid_type') return SHAPES[issue.expected] ?? issue.expected;
  if (issue.code === 'too_small') return `at least ${items(issue.minimum)}`;
  if (issue.code === 'too_big') return `at most ${items(issue.maximum)}`;
  return '';
}

function messageOf(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'custom':
      return issue.message;
    case 'too_small':
      return 'the list is empty';
    case 'too_big':
      return 'the list is too long';
    default:
      return `${describeValue(value)} cannot stand here`;
  }
}

const pathId = (path: PlanPath): string => JSON.stringify(path);

function unknownKey(key: string, path: PlanPath, known: readonly string[]): PathProblem {
  const meant = nearestName(key, known);
  const hint = meant === undefined ? '' : `; did you mean \`${meant}\`?`;
  const message = `unknown key ${quote(key)}${hint}`;
  return { path: [...path, key], at: 'key', message, expected: `one of ${known.join(', ')}` };
}

/**
 * `prefix` is where `root` stands in the file; `knownKeys` says which keys a group has, by its path below `root`.
 * Never throws.
 */
export function problemsOf(
  issues: readonly Issue[],
  root: unknown,
  prefix: PlanPath,
  knownKeys: (path: PlanPath) => readonly string[],
): PathProblem[] {
  // A key that is written wrong is one mistake: the right one is not missing as well.
  const meantKeys = new Set(
    issues.flatMap((issue) => {
      if (issue.code !== 'unrecognized_keys') return [];
      const group = issue.path.filter(isKey);
      const meant = issue.keys.map((key) => nearestName(key, knownKeys(group)));
      return meant.flatMap((key) => (key === undefined ? [] : [pathId([...group, key])]));
    }),
  );
  return issues.flatMap((issue): PathProblem[] => {
    const below = issue.path.filter(isKey);
    const path = [...prefix, ...below];
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownKey(key, path, knownKeys(below)));
    const key = below[below.length - 1];
    const expected = expectedOf(issue);
    if (typeof key === 'string' && !hasKey(root, below))
      return meantKeys.has(pathId(below))
        ? []
        : [{ path: path.slice(0, -1), message: `\`${key}\` is missing`, expected }];
    const label = typeof key === 'string' ? `\`${key}\`: ` : '';
    return [{ path, message: `${label}${messageOf(issue, valueAt(root, below))}`, expected }];
  });
}
