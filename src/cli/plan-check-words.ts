// The words behind `plan check`, read without the parser: editors and scripts call it at every change of a file.
import { parseArgs } from 'node:util';

export interface PlanCheckRequest {
  readonly files: readonly string[];
  readonly profile: string | undefined;
  readonly isJson: boolean;
  readonly isQuiet: boolean;
}

/** Undefined for help and for anything that is not plain: the parser has the words for it. */
export function readCheckWords(words: readonly string[]): PlanCheckRequest | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        profile: { type: 'string' },
        json: { type: 'boolean' },
        quiet: { type: 'boolean', short: 'q' },
        'no-color': { type: 'boolean' },
      },
    });
    if (positionals.length === 0) return undefined;
    const { profile, json, quiet } = values;
    return { files: positionals, profile, isJson: json === true, isQuiet: quiet === true };
  } catch {
    return undefined;
  }
}
