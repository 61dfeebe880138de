// `plan schema` and `plan new`: what a person who writes a plan puts beside it.
import { closeSync, openSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { planJsonSchema } from '../plan/json-schema.ts';
import { planTemplate } from '../plan/template.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import { writeFileAtomic } from '../store/atomic-file.ts';
import { usageError } from './exit-codes.ts';
import { pathsOf } from './folders.ts';
import type { Io } from './io.ts';
import { stampNow } from './stamp.ts';

const schemaText = (): string => `${JSON.stringify(planJsonSchema(), null, 2)}\n`;

export function planSchema(io: Io): ExitCode {
  io.out(schemaText());
  return EXIT_CODE.completed;
}

export interface PlanNewRequest {
  /** Undefined or `-`: the template goes to standard output. */
  readonly file: string | undefined;
  readonly isJson: boolean;
}

const SCHEMA_FILE = 'plan.schema.json';
const NAME_DEFAULT = 'my-plan';
const NAME_MAX_CHARS = 40;

/** `My Plan.yaml` is the plan `my-plan`. */
export function planNameOf(file: string): string {
  const words = basename(file)
    .replace(/\.(ya?ml|json)$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, NAME_MAX_CHARS);
  return words.replace(/^-+|-+$/g, '') || NAME_DEFAULT;
}

/** `wx`: a file that is there is somebody's plan, and stays. */
export function writeNewFile(file: string, text: string): void {
  try {
    const handle = openSync(file, 'wx', 0o644);
    try {
      writeSync(handle, text);
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    if (code === 'EEXIST')
      throw usageError(
        `${file} is there already, and is left as it is`,
        'Give another name, or move it away.',
      );
    const words: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such folder',
      EACCES: 'it may not be written',
      ENOSPC: 'the disk is full',
    };
    throw usageError(`cannot write ${file}: ${words[code] ?? code}`);
  }
}

/** Where editors find the schema: in the user's own folder, anew each time, so that it is that of this version. */
async function keepSchema(io: Io): Promise<string | undefined> {
  const path = join(pathsOf(io.env).configFolder, SCHEMA_FILE);
  const written = await writeFileAtomic(path, schemaText());
  return written.ok ? pathToFileURL(path).href : undefined;
}

const SCHEMA_HINT = `  laserbelt plan schema > ${SCHEMA_FILE} beside the plan lets your editor check it.\n`;

export async function planNew({ file, isJson }: PlanNewRequest, io: Io): Promise<ExitCode> {
  if (file === undefined || file === '-') {
    io.out(planTemplate({ name: NAME_DEFAULT, schema: SCHEMA_FILE }));
    io.err(SCHEMA_HINT);
    return EXIT_CODE.completed;
  }
  const schema = await keepSchema(io);
  writeNewFile(file, planTemplate({ name: planNameOf(file), schema: schema ?? SCHEMA_FILE }));
  if (isJson) {
    io.out(`${JSON.stringify({ event: 'plan.created', ...stampNow(), file, schema: schema ?? null })}\n`);
    return EXIT_CODE.completed;
  }
  io.out(`${file} is written. Change it, then: laserbelt plan check ${file}\n`);
  if (schema === undefined) io.err(SCHEMA_HINT);
  return EXIT_CODE.completed;
}
