// The same areas, judged in one process (runner.mjs): for tests that need no process, file or socket of their own.
import config from './stryker.config.mjs';

const NEED_A_PROCESS = ['test/firmware-sim/server.test.ts'];
process.env.LASERBELT_MUTATION_TESTS += NEED_A_PROCESS.map((file) => `,!${file}`).join('');

const { vitest: _, ...rest } = config;

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  ...rest,
  testRunner: 'in-process',
  plugins: ['./test/mutation/runner.mjs'],
  // Loops that pass through the mutant end by its hits; a machine that does other things must not look like a loop.
  timeoutMS: 20_000,
  timeoutFactor: 2,
};
