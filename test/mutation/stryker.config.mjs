// Mutation tests of one area with the tests that are there to hold it, so that a mutant is judged in seconds. Started by
// main.mjs (`npm run mutate -- <area>`), which keeps the results. Everything is told by the environment:
// LASERBELT_MUTATION_AREA; _FILES and _TESTS narrow it (comma between paths); _TEMP, a folder for each of two runs at
// once; _PROCESSES.
import { readFileSync } from 'node:fs';

const AREAS = JSON.parse(readFileSync(new URL('areas.json', import.meta.url), 'utf8'));
const name = process.env.LASERBELT_MUTATION_AREA ?? '';
const area = AREAS[name];
if (area === undefined)
  throw new Error(`LASERBELT_MUTATION_AREA must be one of ${Object.keys(AREAS).join(', ')}`);
process.env.LASERBELT_MUTATION_TESTS ??= area.tests.map((folder) => `${folder}/**/*.test.ts`).join(',');
const files = process.env.LASERBELT_MUTATION_FILES?.split(',');
const folder = process.env.LASERBELT_MUTATION_TEMP ?? '.stryker-tmp';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  mutate: files ?? area.source.map((path) => (path.endsWith('.ts') ? path : `${path}/**/*.ts`)),
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env.LASERBELT_MUTATION_PROCESSES ?? 1),
  tempDirName: `${folder}/sandbox`,
  // What is mutated is a copy of the tree: without what no test of these areas reads.
  ignorePatterns: ['.stryker-tmp*', 'dist', 'coverage', 'reports', '.ci', '*.tgz'],
  incremental: true,
  incrementalFile: `${folder}/incremental-${name}.json`,
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: `${folder}/${name}.json` },
  disableTypeChecks: false,
};
