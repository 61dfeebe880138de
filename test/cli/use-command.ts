// The bundled command for the tests of one file, and a place of its own for each test.
import { afterAll, beforeAll } from 'vitest';
import { bundleCommand, createPlace } from './real-processes.ts';
import type { Place } from './real-processes.ts';

export const TEST_MS = 120_000;

/** One folder, one belt, one set of processes per test; nothing survives it. The command is bundled once per file. */
export function useCommand(): (run: (place: Place) => Promise<void>) => () => Promise<void> {
  let command = '';
  let removeBundle: () => void = () => undefined;
  beforeAll(async () => {
    const bundle = await bundleCommand();
    command = bundle.command;
    removeBundle = bundle.remove;
  }, TEST_MS);
  afterAll(() => removeBundle());
  return (run) => async () => {
    const place = createPlace(command);
    try {
      await run(place);
    } finally {
      await place.clear();
    }
  };
}
