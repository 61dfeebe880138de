// A short way for the files that people mostly write: plain words and quantities, one key to a line. It reads only what
// reads one way, and leaves all else to the YAML parser, which costs several times as much until it is warm. What it takes
// must be what that parser takes: test/plan/plain-yaml.test.ts holds the two against each other.

interface Line {
  /** Spaces before the content. */
  readonly indent: number;
  readonly content: string;
  /** What stands below `key: >-`, as one line. */
  readonly folded?: string;
}

export interface PlainBounds {
  readonly depthMax: number;
  readonly nodeMaxCount: number;
  readonly keyMaxChars: number;
}

interface Reading {
  readonly lines: Line[];
  readonly bounds: PlainBounds;
  at: number;
  nodeCount: number;
}

/** undefined: not plain. No plain value is undefined. */
type Plain = string | number | readonly Plain[] | { readonly [key: string]: Plain };

/** Other line ends and control characters, byte order marks, halves of characters. */
const UNUSUAL_CHARACTER = /[^\P{Cc}\n]|[\u2028\u2029\ufeff]|\p{Cs}/u;
const COUNT = /^(?:0|[1-9][0-9]{0,14})$/;
/** YAML reads these as no text. */
const NO_WORD = /^(?:null|true|false)$/i;
const KEY_AND_REST = /^([A-Za-z][A-Za-z0-9]*):(?: +(.*))?$/;
const FOLDING = /^[A-Za-z][A-Za-z0-9]*: +>-$/;
const FLOW_MARK = /[[\]{}:#"']/;

const indentOf = (line: string): number => line.length - line.replace(/^ +/, '').length;

/** The lines of one paragraph, all equally far in; undefined when they are less simple than that. */
function foldedBelow(lines: readonly string[], from: number, indent: number): readonly string[] | undefined {
  const inner = indentOf(lines[from] ?? '');
  const found: string[] = [];
  for (const line of lines.slice(from)) {
    if (line === '' || line.endsWith(' '))
      return line === '' && isEnd(lines, from + found.length) ? found : undefined;
    if (indentOf(line) <= indent) return found;
    if (indentOf(line) !== inner) return undefined;
    found.push(line.slice(inner));
  }
  return found;
}

const isEnd = (lines: readonly string[], from: number): boolean => from === lines.length - 1;

function linesOf(text: string): Line[] | undefined {
  const lines: Line[] = [];
  const all = text.split('\n');
  for (let at = 0; at < all.length; at++) {
    const line = all[at] ?? '';
    const indent = indentOf(line);
    const trimmed = line.slice(indent);
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const content = trimmed.replace(/ +#.*$/, '').replace(/ +$/, '');
    if (!FOLDING.test(content)) {
      lines.push({ indent, content });
      continue;
    }
    const folded = foldedBelow(all, at + 1, indent);
    if (folded === undefined || folded.length === 0) return undefined;
    lines.push({ indent, content, folded: folded.join(' ') });
    at += folded.length;
  }
  return lines;
}

/** A word with a letter first, a count, or a number with something behind a space. */
function readScalar(text: string): Plain | undefined {
  if (COUNT.test(text)) return Number(text);
  if (!/^[\p{L}0-9]/u.test(text) || NO_WORD.test(text)) return undefined;
  // 0x10 and 1e3 are numbers of some kind; so may be what only looks like them.
  if (/^[0-9]/.test(text) && !text.includes(' ')) return undefined;
  return /:(?: |$)/.test(text) ? undefined : text;
}

/** False when more is there than a plan may hold, as for all that is not plain. */
const mayHold = (reading: Reading, depth: number): boolean =>
  depth <= reading.bounds.depthMax && ++reading.nodeCount <= reading.bounds.nodeMaxCount;

/** Null prototype, as behind the parser. */
const emptyRecord = (): Record<string, Plain> => Object.create(null) as Record<string, Plain>;

function addTo(
  record: Record<string, Plain>,
  key: string,
  value: Plain | undefined,
  reading: Reading,
): boolean {
  const isKey = key.length <= reading.bounds.keyMaxChars && !NO_WORD.test(key) && !Object.hasOwn(record, key);
  if (!isKey || value === undefined) return false;
  record[key] = value;
  return true;
}

function readFlowScalar(text: string, depth: number, reading: Reading): Plain | undefined {
  return FLOW_MARK.test(text) || !mayHold(reading, depth) ? undefined : readScalar(text);
}

/** `[L1, L2]` and `{ up: 2 s, down: 1 s }`, with nothing nested. */
function readFlow(text: string, depth: number, reading: Reading): Plain | undefined {
  const isList = text.startsWith('[') && text.endsWith(']');
  const isGroup = text.startsWith('{') && text.endsWith('}');
  if (!isList && !isGroup) return undefined;
  const parts = text
    .slice(1, -1)
    .split(',')
    .map((part) => part.replace(/^ +| +$/g, ''));
  if (isList) {
    const items = parts.map((part) => readFlowScalar(part, depth + 1, reading));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  const record = emptyRecord();
  for (const part of parts) {
    const [, key, rest] = KEY_AND_REST.exec(part) ?? [];
    if (key === undefined || rest === undefined) return undefined;
    if (!addTo(record, key, readFlowScalar(rest, depth + 1, reading), reading)) return undefined;
  }
  return record;
}

function readInline(text: string, depth: number, reading: Reading): Plain | undefined {
  if (!mayHold(reading, depth)) return undefined;
  return /^[[{]/.test(text) ? readFlow(text, depth, reading) : readScalar(text);
}

const isItem = (line: Line | undefined): boolean => line?.content.startsWith('- ') === true;

/** What stands below a key: further in, or a list as far in as the key itself. */
function readBelow(indent: number, depth: number, reading: Reading): Plain | undefined {
  const line = reading.lines[reading.at];
  if (line === undefined || !(line.indent > indent || (line.indent === indent && isItem(line))))
    return undefined;
  return readBlock(line.indent, depth, reading);
}

/** `rest` is what stands behind the key on its line. */
function readValue(line: Line, rest: string, depth: number, reading: Reading): Plain | undefined {
  if (line.folded !== undefined) return mayHold(reading, depth) ? line.folded : undefined;
  return rest === '' ? readBelow(line.indent, depth, reading) : readInline(rest, depth, reading);
}

function readGroup(indent: number, depth: number, reading: Reading): Plain | undefined {
  const record = emptyRecord();
  for (;;) {
    const line = reading.lines[reading.at];
    if (line === undefined || line.indent < indent || (line.indent === indent && isItem(line))) return record;
    const [, key, rest = ''] = (line.indent === indent && KEY_AND_REST.exec(line.content)) || [];
    if (key === undefined) return undefined;
    reading.at++;
    const value = readValue(line, rest, depth + 1, reading);
    if (!addTo(record, key, value, reading)) return undefined;
  }
}

function readList(indent: number, depth: number, reading: Reading): Plain | undefined {
  const items: Plain[] = [];
  for (;;) {
    const line = reading.lines[reading.at];
    if (line === undefined || line.indent < indent || (line.indent === indent && !isItem(line))) return items;
    if (line.indent > indent) return undefined;
    const content = line.content.replace(/^- +/, '');
    // A list that begins on the line of its item is one too many for a short way.
    if (content.startsWith('-')) return undefined;
    let item: Plain | undefined;
    if (KEY_AND_REST.test(content)) {
      const inner = indent + line.content.length - content.length;
      reading.lines[reading.at] = { indent: inner, content };
      item = readBlock(inner, depth + 1, reading);
    } else {
      reading.at++;
      item = readInline(content, depth + 1, reading);
    }
    if (item === undefined) return undefined;
    items.push(item);
  }
}

function readBlock(indent: number, depth: number, reading: Reading): Plain | undefined {
  if (!mayHold(reading, depth)) return undefined;
  return isItem(reading.lines[reading.at])
    ? readList(indent, depth, reading)
    : readGroup(indent, depth, reading);
}

/** The values of a plain file, or undefined where it takes the parser to say what they are. Never throws. */
export function readPlainYaml(text: string, bounds: PlainBounds): Plain | undefined {
  if (UNUSUAL_CHARACTER.test(text)) return undefined;
  const lines = linesOf(text);
  const first = lines?.[0];
  if (lines === undefined || first === undefined || first.indent !== 0 || !KEY_AND_REST.test(first.content))
    return undefined;
  const reading: Reading = { lines, bounds, at: 0, nodeCount: 0 };
  const value = readBlock(0, 0, reading);
  return reading.at === reading.lines.length ? value : undefined;
}
