// "Did you mean …?": the known name nearest to what was written.

/** Longer words are not compared: the cost is the product of the lengths. */
const WORD_MAX_CHARS = 64;

/** Damerau-Levenshtein, restricted: insert, delete, replace, swap neighbours; each costs 1. */
export function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1])
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[right.length] ?? 0;
}

/** The nearest of `known`, or undefined when nothing is near enough to have been meant (a third of the word, at most 3). */
export function nearestName(word: string, known: readonly string[]): string | undefined {
  if (!(word.length <= WORD_MAX_CHARS)) return undefined;
  const lower = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const name of known) {
    const target = name.toLowerCase();
    const distance = editDistance(lower, target);
    const allowed = Math.min(3, Math.max(1, Math.floor(Math.max(lower.length, target.length) / 3)));
    if (distance <= allowed && distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}
