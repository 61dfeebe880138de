// Inputs that reached new blocks, and mutations of them. Bounded; everything follows from the seed.
import fc from 'fast-check';
import type { Random } from '../../firmware-sim/random.ts';
import type { Act } from './acts.ts';

const CORPUS_MAX_COUNT = 400;
const FRESH_BATCH_COUNT = 64;

export interface Corpus {
  readonly size: number;
  next(): readonly Act[];
  keep(acts: readonly Act[]): void;
}

export function createCorpus(
  input: fc.Arbitrary<Act[]>,
  seed: number,
  random: Random,
  maxLength: number,
): Corpus {
  const kept: (readonly Act[])[] = [];
  let fresh: Act[][] = [];
  let batch = 0;
  const nextFresh = (): readonly Act[] => {
    if (fresh.length === 0)
      fresh = fc.sample(input, { seed: (seed + batch++) | 0, numRuns: FRESH_BATCH_COUNT });
    return fresh.pop() ?? [];
  };
  const pick = (): readonly Act[] => kept[random.below(kept.length)] ?? [];

  const mutated = (): readonly Act[] => {
    const [one, other] = [pick(), pick()];
    const cut = random.below(one.length + 1);
    switch (random.below(4)) {
      case 0:
        return [...one.slice(0, cut), ...other.slice(random.below(other.length + 1))];
      case 1: {
        const news = nextFresh().slice(0, 1 + random.below(12));
        return [...one.slice(0, cut), ...news, ...one.slice(cut + news.length)];
      }
      case 2: {
        const again = one.slice(cut, cut + 1 + random.below(8));
        return [...one.slice(0, cut), ...again, ...again, ...one.slice(cut)];
      }
      default:
        return [...one.slice(0, cut), ...one.slice(cut + 1 + random.below(8))];
    }
  };

  return {
    get size() {
      return kept.length;
    },
    // Half of what is tried stays fresh: a corpus alone walks in circles.
    next: () => (kept.length === 0 || random.below(2) === 0 ? nextFresh() : mutated().slice(0, maxLength)),
    keep(acts) {
      if (kept.length < CORPUS_MAX_COUNT) kept.push(acts);
      else kept[random.below(CORPUS_MAX_COUNT)] = acts;
    },
  };
}

/** The shortest list found, in a bounded number of tries, that still is a finding. */
export function shorten(acts: readonly Act[], isFinding: (acts: readonly Act[]) => boolean): readonly Act[] {
  let best = acts;
  let tries = 0;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < best.length && tries < 400; tries++) {
      const shorter = [...best.slice(0, at), ...best.slice(at + size)];
      if (isFinding(shorter)) best = shorter;
      else at += size;
    }
  return best;
}
