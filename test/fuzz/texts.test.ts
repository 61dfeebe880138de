import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBookState } from '../../src/ledger/book-state.ts';
import { loadPlan } from '../../src/plan/load.ts';
import { decodeKeyFile } from '../../src/store/key-format.ts';
import { BOOK, PLANS, TEXT_CLASSES } from './text-inputs.ts';
import { KEY_FILE } from './texts.ts';

const SEED = 1789;
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('spoilt texts and streams', () => {
  it('begin as good ones: nothing is refused that was not spoilt', () => {
    for (const plan of PLANS) expect(loadPlan(textOf(plan), 'plan.yaml')).toMatchObject({ ok: true });
    expect(BOOK.length).toBeGreaterThan(10);
    expect(createBookState().absorb(BOOK)).toBeUndefined();
    expect(decodeKeyFile(textOf(KEY_FILE), 'belt')).toMatchObject({ ok: true });
  });

  it.each(TEXT_CLASSES.map((known) => [known.name, known.input] as const))(
    `%s: refused with words or taken as they are, and nothing throws (seed ${SEED})`,
    (_name, input) => {
      fc.assert(
        fc.property(input, (check) => {
          expect(check()).toBeUndefined();
        }),
        { seed: SEED, numRuns: 400 },
      );
    },
  );
});
