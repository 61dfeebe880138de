// Finds the text of a plan: a built-in name, or a file. Knows where the built-in plans lie, in the source tree and in the
// built package.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BeltError } from '../errors.ts';
import { suggest } from './suggest.ts';

/** A plan is a page of text; more is no plan. */
const PLAN_MAX_BYTES = 256 * 1024;
const SUFFIX = '.yaml';

/** In the source tree next to the loader; in the package in `dist/programs`, one folder above the bundle. */
function programsFolder(): string | undefined {
  const places = ['../plan/programs/', '../programs/', './programs/'];
  return places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((place) => existsSync(place));
}

export function builtInPlanNames(): readonly string[] {
  const folder = programsFolder();
  if (folder === undefined) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => basename(name, SUFFIX))
    .sort();
}

export interface PlanSource {
  readonly text: string;
  /** As people wrote it: what problems are told against. */
  readonly file: string;
}

/** Looks like a path: has a separator or an extension, or a file of that name is here. */
const isPath = (name: string): boolean =>
  /[/\\]/.test(name) || /\.(ya?ml|json)$/i.test(name) || existsSync(name);

function readPlanFile(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const words: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EACCES: 'it may not be read',
      EISDIR: 'it is a folder',
    };
    throw new BeltError('usage', `cannot read the plan ${file}: ${words[why] ?? why}`, { cause });
  }
  if (bytes.length > PLAN_MAX_BYTES) {
    throw new BeltError('usage', `${file} is no plan: ${bytes.length} bytes (at most ${PLAN_MAX_BYTES})`);
  }
  return bytes.toString('utf8');
}

/** Throws a usage error with what was probably meant. A built-in name goes before a file of that name. */
export function readPlan(name: string): PlanSource {
  const names = builtInPlanNames();
  const folder = programsFolder();
  if (folder !== undefined && names.includes(name)) {
    return { text: readPlanFile(`${folder}${name}${SUFFIX}`), file: `${name}${SUFFIX}` };
  }
  if (isPath(name)) return { text: readPlanFile(name), file: name };
  const meant = suggest(name, names);
  throw new BeltError(
    'usage',
    `no built-in plan is called ‘${name}’${meant === undefined ? '' : ` (did you mean ${meant}?)`}`,
    {
      hint: `Built in: ${names.join(', ')}. A file is given by its path: ./${name}.yaml`,
    },
  );
}

/** `-`: a plan that another program writes. Ends at the first byte that is too many. */
export async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > PLAN_MAX_BYTES)
      throw new BeltError('usage', `what comes in is no plan: more than ${PLAN_MAX_BYTES} bytes`);
  }
  return Buffer.concat(chunks).toString('utf8');
}
