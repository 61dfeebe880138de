// From YAML text to plain values that know where they stand. Anchors, aliases, tags, directives and duplicate keys are
// refused: a file must read the same to a person as to a program. Every bound here is a named problem, never a throw.
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
import type { PathProblem } from './problem.ts';
import { quote } from './quote.ts';

/** A plan of 200 steps fits easily; more is no plan. */
export const FILE_MAX_BYTES = 64 * 1024;
/** A pulse stands at depth 4; deeper is no plan. */
export const DEPTH_MAX = 8;
export const NODE_MAX_COUNT = 10_000;
export const KEY_MAX_CHARS = 64;
/** Openers of one line: beyond it the parser's own recursion would be at stake. */
const LINE_NESTING_MAX = 64;

/** A problem with its place in the text, 1-based. */
export interface PlacedProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly expected: string;
}

/** `value` is meaningful where no problem is in its way. */
export interface YamlSource {
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
  readonly noun: string;
  readonly text: string;
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
  if (isAlias(node)) return refuse(`alias ${quote(`*${node.source}`)}: ${walk.noun}s have no aliases`);
  if (node.anchor !== undefined)
    return refuse(`anchor ${quote(`&${node.anchor}`)}: ${walk.noun}s have no anchors`);
  if (node.tag !== undefined)
    return refuse(`tag ${quote(node.tag.replace('tag:yaml.org,2002:', '!!'))}: ${walk.noun}s have no tags`);
  return false;
}

/** Null prototype, so that a key such as `__proto__` is a key and nothing else. */
const emptyRecord = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>;

function walkNode(node: ParsedNode | null, depth: number, walk: Walk): unknown {
  walk.nodeCount++;
  if (!(depth <= DEPTH_MAX && walk.nodeCount <= NODE_MAX_COUNT)) {
    if (!walk.tooLarge) {
      const expected = `at most ${DEPTH_MAX} levels and ${NODE_MAX_COUNT} values`;
      walk.found.push({
        offset: offsetOf(node),
        message: `too deep or too long for a ${walk.noun}`,
        expected,
      });
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
    if (key !== undefined && Object.hasOwn(record, key))
      walk.found.push({
        offset: offsetOf(pair.key),
        message: 'this key stands here twice',
        expected: 'each key once',
      });
    const value = walkNode(pair.value, depth + 1, walk);
    if (key !== undefined) record[key] = value;
  }
  return record;
}

interface SyntaxWords {
  readonly message: string;
  readonly expected: string;
}

const MISPLACED: SyntaxWords = {
  message: 'a colon, a dash or an indent is not where it should be',
  expected: '`key: value`, one to a line, those of one group equally far in',
};
const OPEN_BRACKET: SyntaxWords = {
  message: 'a bracket or a brace is still open here',
  expected: 'each one closed',
};
const OPEN_QUOTE: SyntaxWords = { message: 'this quote is never closed', expected: 'each one closed' };

const wordsOfSyntax = (noun: string): Readonly<Partial<Record<YAMLError['code'], SyntaxWords>>> => ({
  MULTIPLE_DOCS: { message: 'a second document begins here', expected: `one ${noun} in a file` },
  TAB_AS_INDENT: { message: 'a tab indents this line', expected: 'spaces' },
  TAG_RESOLVE_FAILED: { message: `${noun}s have no tags`, expected: 'the value itself, written out' },
  BAD_DQ_ESCAPE: { message: 'this backslash begins nothing known', expected: 'two of them for one' },
  MISSING_CHAR: MISPLACED,
  BAD_INDENT: MISPLACED,
  BLOCK_AS_IMPLICIT_KEY: MISPLACED,
  BLOCK_IN_FLOW: MISPLACED,
  MULTILINE_IMPLICIT_KEY: MISPLACED,
  KEY_OVER_1024_CHARS: { message: 'this key cannot be read', expected: 'a plain word' },
});

/** In the parser's own words where there are none here. */
function describeSyntax({ code, message, pos }: YAMLError, walk: Walk): Found {
  const missing = /^Missing closing (["'])/.exec(message)?.[1];
  // Told at the end of the file; the one that was never closed is the last before it.
  if (missing !== undefined)
    return { offset: Math.max(0, walk.text.lastIndexOf(missing, pos[0] - 1)), ...OPEN_QUOTE };
  if (/^Flow |expected flow|must be sufficiently indented/.test(message))
    return { offset: pos[0], ...OPEN_BRACKET };
  const words = wordsOfSyntax(walk.noun)[code];
  const own = {
    message: `not readable as YAML: ${quote(message.split('\n')[0] ?? '').slice(1, -1)}`,
    expected: '',
  };
  return { offset: pos[0], ...(words ?? own) };
}

/** Errors behind which the text still reads as it was meant: all of them are worth telling. */
const HARMLESS: readonly YAMLError['code'][] = ['TAG_RESOLVE_FAILED'];

/** The first place where the structure breaks, and what stands before it: everything behind would be a guess. */
function findSyntaxProblems(errors: readonly YAMLError[], walk: Walk): readonly Found[] {
  const isToldByWalk = ({ code }: YAMLError): boolean =>
    code === 'TAG_RESOLVE_FAILED' && walk.found.some(({ message }) => message.endsWith('have no tags'));
  const told = errors
    .filter((error) => !isToldByWalk(error))
    .map((error) => ({ ...describeSyntax(error, walk), code: error.code }));
  const breaks = told.filter(({ code }) => !HARMLESS.includes(code)).map(({ offset }) => offset);
  const breakAt = Math.min(...breaks);
  const first = told.find(({ offset, code }) => offset === breakAt && !HARMLESS.includes(code));
  return [
    ...[...told, ...walk.found].filter(({ offset }) => offset < breakAt),
    ...(first === undefined ? [] : [first]),
  ];
}

const failure = (message: string, expected: string, line = 1): YamlSource => {
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
      // Compares every two keys of a group: a long file would take seconds. `walkNode` finds them.
      uniqueKeys: false,
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
  text.length > FILE_MAX_BYTES || new TextEncoder().encode(text).length > FILE_MAX_BYTES;

/** Every value and where it stands, by the YAML parser. */
export function parseYamlSource(text: string, noun: string): YamlSource {
  const lineCounter = new LineCounter();
  const document = parse(text, lineCounter);
  if (document === undefined) return failure(`too deep for a ${noun}`, `at most ${DEPTH_MAX} levels`);
  const walk: Walk = { noun, text, found: [], nodeCount: 0, tooLarge: false };
  if (document.directives.yaml.explicit === true || /^%/m.test(text.slice(0, offsetOf(document.contents))))
    walk.found.push({
      offset: 0,
      message: `${noun}s have no YAML directives`,
      expected: `a ${noun} without \`%\` lines`,
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
    problems: findSyntaxProblems([...document.errors, ...document.warnings], walk).map(placeAt),
    place: (problem) => placeAt({ ...problem, offset: offsetOfPath(document.contents, problem) }),
  };
}

/** `noun` is what the file is, in words: `plan`. Never throws. */
export type YamlReader = (text: string, noun: string) => YamlSource;

/** What no reader is given: it would cost too much to find out that it is no plan. */
export function refuseSize(text: string, noun: string): YamlSource | undefined {
  if (isTooLong(text)) return failure(`too long for a ${noun}`, `at most ${FILE_MAX_BYTES / 1024} KiB`);
  const deepAt = deepLine(text);
  if (deepAt !== undefined)
    return failure(
      `too deep or too long a line for a ${noun}`,
      `at most ${LINE_NESTING_MAX} items in a line`,
      deepAt,
    );
  return undefined;
}

export const readYamlSource: YamlReader = (text, noun) =>
  refuseSize(text, noun) ?? parseYamlSource(text, noun);

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
