// Mutation tests: `npm run mutate -- <area>`. One area at a time, each with the tests that are there to hold it, so that a
// mutant is judged in seconds. Results are kept in test/mutation/results/<area>.json, see report.mjs.
const AREAS = {
  dosimetry: { mutate: ['src/dosimetry/**/*.ts'], tests: ['test/dosimetry/**/*.test.ts'] },
  safety: { mutate: ['src/safety/**/*.ts'], tests: ['test/safety/**/*.test.ts'] },
  session: { mutate: ['src/session/**/*.ts'], tests: ['test/session/**/*.test.ts'] },
  'control-point': { mutate: ['src/belt/control-point.ts'], tests: ['test/belt/**/*.test.ts'] },
  firmware: { mutate: ['firmware-sim/firmware/**/*.ts'], tests: ['test/firmware-sim/**/*.test.ts'] },
};

const name = process.env.LASERBELT_MUTATION_AREA ?? '';
const area = AREAS[name];
if (area === undefined)
  throw new Error(`LASERBELT_MUTATION_AREA must be one of ${Object.keys(AREAS).join(', ')}`);
process.env.LASERBELT_MUTATION_TESTS = area.tests.join(',');
const only = process.env.LASERBELT_MUTATION_FILES;

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  mutate: only === undefined ? area.mutate : only.split(','),
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env.LASERBELT_MUTATION_PROCESSES ?? 1),
  tempDirName: '.stryker-tmp',
  incremental: true,
  incrementalFile: `.stryker-tmp/incremental-${name}.json`,
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: `.stryker-tmp/${name}.json` },
  disableTypeChecks: false,
};
