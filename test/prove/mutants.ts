// How many mutants the last mutation tests killed, from what they left behind.
import * as z from 'zod';

const resultsSchema = z.object({
  files: z.array(
    z.object({
      path: z.string(),
      killed: z.int().nonnegative(),
      timeout: z.int().nonnegative().default(0),
      total: z.int().nonnegative(),
    }),
  ),
});

export interface Mutants {
  readonly killed: number;
  readonly total: number;
  readonly files: number;
  /** The file with the smallest share killed. */
  readonly weakest: { readonly path: string; readonly share: number };
}

/** A mutant that never ends is noticed as well. */
export function readMutants(text: string): Mutants | undefined {
  const parsed = resultsSchema.safeParse(JSON.parse(text));
  if (!parsed.success) return undefined;
  let killed = 0;
  let total = 0;
  let weakest = { path: '', share: 1 };
  for (const file of parsed.data.files) {
    const noticed = file.killed + file.timeout;
    killed += noticed;
    total += file.total;
    if (file.total > 0 && noticed / file.total < weakest.share)
      weakest = { path: file.path, share: noticed / file.total };
  }
  return { killed, total, files: parsed.data.files.length, weakest };
}
