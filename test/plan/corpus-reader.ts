// Reads the corpus of wrong plans. A file of it begins with `@ base kind`: the right plan that its cases change, and what
// is wrong with them. A case is `# title`; `-` lines that are replaced by the `+` lines behind them (or `|` lines: the
// whole text); then, behind `!`, everything that a person is told, exactly.
// Signs for what cannot stand in a line: ␉ tab, ␀ NUL, ↵ line end, ⟪12×text⟫ repeats.
import { readdirSync, readFileSync } from 'node:fs';

/** `syntax`: no YAML, or none that a plan may be; `shape`: a schema can tell; `belt`: only beside a belt's profile. */
export type WrongKind = 'syntax' | 'shape' | 'meaning' | 'belt';

export interface WrongPlan {
  readonly title: string;
  readonly kind: WrongKind;
  readonly text: string;
  /** Each `line:column: message (expected …)`, in order. */
  readonly says: readonly string[];
}

const folder = new URL('./corpus/', import.meta.url);
export const readCorpusFile = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

const expand = (line: string): string =>
  line
    .replace(/⟪(\d+)×([^⟫]*)⟫/gu, (_all, times: string, part: string) => part.repeat(Number(times)))
    .replaceAll('↵', '\n')
    .replaceAll('␉', '\t')
    .replaceAll('␀', '\0');

/** Replaces in order; a text to be replaced that is not there is a mistake in the corpus. */
function applyEdits(base: string, lines: readonly string[], title: string): string {
  const whole = lines.filter((line) => line.startsWith('|'));
  if (whole.length > 0) return `${whole.map((line) => expand(line.slice(2))).join('\n')}\n`;
  let text = base;
  for (let at = 0; at < lines.length;) {
    const take = (mark: string): string => {
      const from = at;
      while (lines[at]?.startsWith(`${mark} `) === true) at++;
      return lines
        .slice(from, at)
        .map((line) => line.slice(2))
        .join('\n');
    };
    const [find, put] = [take('-'), expand(take('+'))];
    if (find === '' || !text.includes(find)) throw new Error(`corpus: ‘${title}’ replaces what is not there`);
    text = text.replace(find, () => put);
  }
  return text;
}

function readCases(file: string): readonly WrongPlan[] {
  let base = '';
  let kind: WrongKind = 'shape';
  const cases: { title: string; kind: WrongKind; base: string; lines: string[]; says: string[] }[] = [];
  for (const line of readCorpusFile(file).split('\n')) {
    if (line.startsWith('@ ')) {
      const [, name = '', what] = line.split(' ');
      base = readCorpusFile(name);
      if (what !== 'syntax' && what !== 'shape' && what !== 'meaning' && what !== 'belt')
        throw new Error(`corpus: ${file} has an unknown kind`);
      kind = what;
    } else if (line.startsWith('# ')) cases.push({ title: line.slice(2), kind, base, lines: [], says: [] });
    else if (line.startsWith('! ')) cases.at(-1)?.says.push(line.slice(2));
    else if (line !== '') cases.at(-1)?.lines.push(line);
  }
  return cases.map((found) => ({
    title: found.title,
    kind: found.kind,
    text: applyEdits(found.base, found.lines, found.title),
    says: found.says,
  }));
}

export const readCorpus = (): readonly WrongPlan[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .flatMap(readCases);
