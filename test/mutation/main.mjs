// `npm run mutate -- <area|all> [--files a.ts,b.ts] [--tests a,b] [--processes n] [--fresh] [--vitest]`: runs Stryker over an area, a few
// files at a time (in one process, or with Vitest's own runner), and keeps what came out in results.json, and each survivor in survivors.json, where a person writes
// why it may live. A file that is run again replaces what was known of it; reasons stay with the mutants they are for.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AREAS, filesOf, keepResults } from './report.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** A run that breaks off loses this many files at most. */
const FILES_AT_ONCE = 5;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string' },
    tests: { type: 'string' },
    processes: { type: 'string', default: '1' },
    fresh: { type: 'boolean', default: false },
    vitest: { type: 'boolean', default: false },
  },
});
const [wanted] = positionals;
const areas = wanted === 'all' ? Object.keys(AREAS) : [wanted];
if (positionals.length !== 1 || areas.some((area) => !Object.hasOwn(AREAS, area))) {
  console.error(
    `Say which area: ${Object.keys(AREAS).join(', ')} or all. For example: npm run mutate -- safety`,
  );
  process.exit(1);
}

const config = `test/mutation/stryker${values.vitest ? '' : '.in-process'}.config.mjs`;

/** True when Stryker ran to its end. */
function run(area, files) {
  const folder = `.stryker-tmp/${area}`;
  mkdirSync(join(root, folder), { recursive: true });
  const report = join(root, folder, `${area}.json`);
  rmSync(report, { force: true });
  if (values.fresh) rmSync(join(root, folder, `incremental-${area}.json`), { force: true });
  const { status } = spawnSync('npx', ['stryker', 'run', config], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      LASERBELT_MUTATION_AREA: area,
      LASERBELT_MUTATION_FILES: files.join(','),
      LASERBELT_MUTATION_TEMP: folder,
      LASERBELT_MUTATION_PROCESSES: values.processes,
      ...(values.tests === undefined ? {} : { LASERBELT_MUTATION_TESTS: values.tests }),
    },
  });
  if (status !== 0) return false;
  keepResults(root, files, JSON.parse(readFileSync(report, 'utf8')), new Date().toISOString());
  return true;
}

let failed = false;
for (const area of areas) {
  const all = filesOf(root, area);
  const files = values.files?.split(',') ?? all;
  for (const file of files)
    if (!all.includes(file)) {
      console.error(`${file} is no file of the area ${area}`);
      process.exit(1);
    }
  for (let at = 0; at < files.length; at += FILES_AT_ONCE)
    if (!run(area, files.slice(at, at + FILES_AT_ONCE))) failed = true;
}
process.exitCode = failed ? 1 : 0;
