// Loads a plan: from YAML text to plain values that know where they stand, and from them to a plan, or to every problem
// with its line and column. Anchors, aliases, tags, directives and duplicate keys are refused: a plan must read the same
// to a person as to a program. A plan is refused whole, never in part.
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type ParsedNode,
  type YAMLError,
} from 'yaml';
import type { Plan, PlanProblem } from './plan.ts';
import type { PathProblem } from './problem.ts';
import { quote } from './quote.ts';
import { readPlan, type Read } from './read-plan.ts';

/** A plan of 200 steps fits easily; more is no plan. */
export const PLAN_FILE_MAX_BYTES = 64 * 1024;
/** A pulse stands at depth 4; deeper is no plan. */
const DEPTH_MAX = 8;
const NODE_MAX_COUNT = 10_000;
const KEY_MAX_CHARS = 64;
/** Openers of one line: beyond it the parser's own recursion would be at stake. */
const LINE_NESTING_MAX = 64;

/** A problem with its place in the text, 1-based. */
interface PlacedProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly expected: string;
}

interface PlanSource {
  readonly value: unknown;
  readonly problems: readonly PlacedProblem[];
  place(problem: PathProblem): PlacedProblem;
}

interface Found {
  readonly offset: number;
  readonly message: string;
  readonly expected: string;
}

interface Walk {
  readonly found: Found[];
  nodeCount: number;
  tooLarge: boolean;
}

const offsetOf = (node: ParsedNode | null): number => node?.range[0] ?? 0;

function walkKey(key: ParsedNode | null, walk: Walk): string | undefined {
  const fits = isScalar(key) && typeof key.value === 'string' && key.value.length <= KEY_MAX_CHARS;
  if (fits && key.anchor === undefined && key.tag === undefined) return String(key.value);
  walk.found.push({ offset: offsetOf(key), message: 'this key cannot be read', expected: 'a plain word' });
  return undefined;
}

function refuseIndirection(node: ParsedNode, walk: Walk): boolean {
  const refuse = (message: string): boolean => {
    walk.found.push({ offset: offsetOf(node), message, expected: 'the value itself, written out' });
    return true;
  };
  if (isAlias(node)) return refuse(`alias ${quote(`*${node.source}`)}: plans have no aliases`);
  if (node.anchor !== undefined) return refuse(`anchor ${quote(`&${node.anchor}`)}: plans have no anchors`);
  if (node.tag !== undefined) return refuse(`tag ${quote(node.tag)}: plans have no tags`);
  return false;
}

/** Null prototype, so that a key such as `__proto__` is a key and nothing else. */
const emptyRecord = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>;

function walkNode(node: ParsedNode | null, depth: number, walk: Walk): unknown {
  walk.nodeCount++;
  if (!(depth <= DEPTH_MAX && walk.nodeCount <= NODE_MAX_COUNT)) {
    if (!walk.tooLarge) {
      const expected = `at most ${DEPTH_MAX} levels and ${NODE_MAX_COUNT} values`;
      walk.found.push({ offset: offsetOf(node), message: 'too deep or too long for a plan', expected });
    }
    walk.tooLarge = true;
    return undefined;
  }
  if (node === null || refuseIndirection(node, walk)) return undefined;
  if (isScalar(node)) return node.value;
  if (isSeq(node))
    return node.items.map((item) => (walk.tooLarge ? undefined : walkNode(item, depth + 1, walk)));
  if (!isMap(node)) return undefined;
  const record = emptyRecord();
  for (const pair of node.items) {
    if (walk.tooLarge) break;
    const key = walkKey(pair.key, walk);
    const value = walkNode(pair.value, depth + 1, walk);
    if (key !== undefined) record[key] = value;
  }
  return record;
}

function describeSyntax(error: YAMLError): { readonly message: string; readonly expected: string } {
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return { message: 'this key stands here twice', expected: 'each key once' };
    case 'MULTIPLE_DOCS':
      return { message: 'a second document begins here', expected: 'one plan in a file' };
    case 'TAB_AS_INDENT':
      return { message: 'a tab indents this line', expected: 'spaces' };
    default:
      return {
        message: `not readable as YAML: ${quote(error.message.split('\n')[0] ?? '').slice(1, -1)}`,
        expected: '',
      };
  }
}

const failure = (message: string, expected: string, line = 1): PlanSource => {
  const problem = { line, column: 1, message, expected };
  return { value: undefined, problems: [problem], place: () => problem };
};

/** Finds what would overflow the parser's recursion: it nests within a line without limit. */
function deepLine(text: string): number | undefined {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => (line.match(/[[{]|[-?:](?=\s)/g)?.length ?? 0) > LINE_NESTING_MAX);
  return at < 0 ? undefined : at + 1;
}

function parse(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(text, {
      version: '1.2',
      schema: 'core',
      uniqueKeys: true,
      merge: false,
      prettyErrors: false,
      // At 'silent' a second document would be read over.
      logLevel: 'error',
      lineCounter,
    });
  } catch {
    // The parser's recursion has no bound of its own.
    return undefined;
  }
}

const isTooLong = (text: string): boolean =>
  text.length > PLAN_FILE_MAX_BYTES || new TextEncoder().encode(text).length > PLAN_FILE_MAX_BYTES;

/** Never throws. `value` is meaningful where no problem is in its way. */
function readPlanSource(text: string): PlanSource {
  if (isTooLong(text)) return failure('too long for a plan', `at most ${PLAN_FILE_MAX_BYTES / 1024} KiB`);
  const deepAt = deepLine(text);
  if (deepAt !== undefined)
    return failure(
      'too deep or too long a line for a plan',
      `at most ${LINE_NESTING_MAX} items in a line`,
      deepAt,
    );
  const lineCounter = new LineCounter();
  const document = parse(text, lineCounter);
  if (document === undefined) return failure('too deep for a plan', `at most ${DEPTH_MAX} levels`);
  const walk: Walk = { found: [], nodeCount: 0, tooLarge: false };
  for (const error of [...document.errors, ...document.warnings])
    walk.found.push({ offset: error.pos[0], ...describeSyntax(error) });
  if (document.directives.yaml.explicit === true || /^%/m.test(text.slice(0, offsetOf(document.contents))))
    walk.found.push({
      offset: 0,
      message: 'plans have no YAML directives',
      expected: 'a plan without `%` lines',
    });
  const value = walkNode(document.contents, 0, walk);
  const placeAt = (found: Found): PlacedProblem => {
    const { line, col } = lineCounter.linePos(found.offset);
    return {
      line: Math.max(1, line),
      column: Math.max(1, col),
      message: found.message,
      expected: found.expected,
    };
  };
  return {
    value,
    problems: walk.found.map(placeAt),
    place: (problem) => placeAt({ ...problem, offset: offsetOfPath(document.contents, problem) }),
  };
}

/** Walks down as far as the text goes: what is missing is told where it should stand. */
function offsetOfPath(root: ParsedNode | null, problem: PathProblem): number {
  let node: ParsedNode | null = root;
  let offset = offsetOf(root);
  for (const [index, part] of problem.path.entries()) {
    const last = index === problem.path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === part);
      if (pair === undefined) break;
      node = pair.value;
      const atKey =
        (last && problem.at === 'key') ||
        node === null ||
        (isScalar(node) && node.value === null && node.source === '');
      offset = offsetOf(atKey ? pair.key : node);
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part] ?? null;
      if (node === null) break;
      offset = offsetOf(node);
    } else break;
  }
  return offset;
}

/** More than a person reads at once. */
const PROBLEM_MAX_COUNT = 100;

export type LoadedPlan =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] };

/** `text` is the content of `file`, whose name is only quoted. Never throws. */
export function loadPlan(text: string, file: string): LoadedPlan {
  const source = readPlanSource(text);
  // Behind broken syntax every other complaint would be a guess.
  const read: Read<Plan> =
    source.problems.length > 0 ? { value: undefined, problems: [] } : readPlan(source.value);
  const placed = [...source.problems, ...read.problems.map((problem) => source.place(problem))];
  if (placed.length === 0 && read.value !== undefined) return { ok: true, plan: read.value };
  placed.sort((left, right) => left.line - right.line || left.column - right.column);
  const problems = placed.slice(0, PROBLEM_MAX_COUNT).map((problem) => ({ file, ...problem }));
  return { ok: false, problems };
}

/** `file:line:column: what is wrong (expected …)` */
export const formatPlanProblem = (problem: PlanProblem): string =>
  `${problem.file}:${problem.line}:${problem.column}: ${problem.message}` +
  (problem.expected === '' ? '' : ` (expected ${problem.expected})`);
