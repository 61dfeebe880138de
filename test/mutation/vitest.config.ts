import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: (process.env['LASERBELT_MUTATION_TESTS'] ?? 'test/dosimetry/**/*.test.ts').split(','),
    testTimeout: 30_000,
    pool: 'threads',
  },
});
