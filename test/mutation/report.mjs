// What mutation tests found, one entry per file, and the mutants that lived: read by the test that holds both, and by
// `npm run prove`.
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
export const AREAS = read(new URL('areas.json', import.meta.url));

/** The source files of an area on disk, by their paths from the root. */
export const filesOf = (root, area) =>
  AREAS[area].source
    .flatMap((path) =>
      statSync(join(root, path)).isFile()
        ? [path]
        : readdirSync(join(root, path), { recursive: true })
            .filter((name) => name.endsWith('.ts'))
            .map((name) => `${path}/${name}`),
    )
    .sort();

const LIVED = ['Survived', 'NoCoverage'];

/** What a person needs to find the mutant again, whatever was added above it. */
function survivorOf(path, source, { mutatorName, replacement, location }) {
  const lines = source.split('\n');
  const { start, end } = location;
  const line = lines[start.line - 1];
  const original =
    start.line === end.line
      ? line.slice(start.column - 1, end.column - 1)
      : `${line.slice(start.column - 1)} …`;
  return { path, line: line.trim(), original, mutator: mutatorName, replacement };
}

const keyOf = ({ path, line, original, mutator, replacement }) =>
  JSON.stringify([path, line, original, mutator, replacement]);

function write(path, value) {
  writeFileSync(`${path}.new`, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

/** Takes the files that were run out of Stryker's report; the others stay as they were, unless they are gone. */
export function keepResults(root, files, report, at) {
  const resultsPath = join(root, 'test/mutation/results.json');
  const survivorsPath = join(root, 'test/mutation/survivors.json');
  const known = existsSync(resultsPath) ? read(resultsPath).files : [];
  const listed = existsSync(survivorsPath) ? read(survivorsPath) : [];
  const reasons = new Map(listed.map((survivor) => [keyOf(survivor), survivor.reason]));
  const stays = ({ path }) => !files.includes(path) && existsSync(join(root, path));
  const results = known.filter(stays);
  const survivors = listed.filter(stays);
  for (const path of files) {
    const { mutants, source } = report.files[path] ?? { mutants: [], source: '' };
    const count = (status) => mutants.filter((mutant) => mutant.status === status).length;
    const [killed, timeout] = [count('Killed'), count('Timeout')];
    const [survived, noCoverage] = [count('Survived'), count('NoCoverage')];
    const total = killed + timeout + survived + noCoverage;
    results.push({ path, killed, timeout, survived, noCoverage, total });
    for (const mutant of mutants) {
      if (!LIVED.includes(mutant.status)) continue;
      const survivor = survivorOf(path, source, mutant);
      survivors.push({ ...survivor, reason: reasons.get(keyOf(survivor)) ?? '' });
    }
  }
  const byPath = (a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
  write(resultsPath, { at, files: results.sort(byPath) });
  write(survivorsPath, survivors.sort(byPath));
}
