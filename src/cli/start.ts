// `start`: says at once what it is about to do, then loads what it takes.
import { parseAddress } from './addresses.ts';
import type { BeltAddress } from './addresses.ts';
import { resolveBelt } from './belt-names.ts';
import { usageError } from './exit-codes.ts';
import type { Io } from './io.ts';
import { DEFAULT_PERSON, personKey } from '../ledger/visit.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import { stampNow } from './stamp.ts';
import type { StartOptions } from './start-options.ts';
import { printable } from './style.ts';
import { JSON_SCHEMA_VERSION, VERSION } from './version.ts';
import type { World } from './world.ts';

const PERSON_MAX_CHARS = 80;

export interface StartRequest {
  readonly plan: string;
  readonly belt: BeltAddress;
  readonly speed: number;
  readonly seed: number | undefined;
  /** The embedded belt's hardware, as people wrote it. */
  readonly profile: string | undefined;
  readonly faults: readonly string[];
  /** The embedded belt's dose book is that of the run before. */
  readonly isBookKept: boolean;
  readonly person: string;
  readonly answersFile: string | undefined;
  readonly recordFile: string | undefined;
  readonly isYes: boolean;
  readonly isDryRun: boolean;
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  readonly isColourRefused: boolean;
}

function chooseBelt(options: StartOptions, env: Io['env']): BeltAddress | undefined {
  const belt = options.belt === undefined ? undefined : resolveBelt(options.belt, env);
  if (options.sim !== true) return belt;
  if (belt !== undefined && belt.scheme !== 'sim') {
    throw usageError(`--sim and --belt ${belt.address} name two belts`, 'Give one of them.');
  }
  return parseAddress('sim');
}

/** As it is booked: one person must not become two by how a name is typed. */
function readPerson(given: string | undefined): string {
  if (given === undefined) return DEFAULT_PERSON;
  const person = given.normalize('NFC').trim();
  if (personKey(person) !== '' && person.length <= PERSON_MAX_CHARS && person === printable(person))
    return person;
  throw usageError(
    '--person: no name that can be booked',
    `Expected 1 to ${PERSON_MAX_CHARS} characters on one line. Without it the dose is booked for ‘${DEFAULT_PERSON}’.`,
  );
}

/** Throws a usage error; undefined when no belt is named. */
export function readStartOptions(
  plan: string,
  options: StartOptions,
  env: Io['env'] = {},
): StartRequest | undefined {
  const belt = chooseBelt(options, env);
  if (belt === undefined) return undefined;
  const onlyEmbedded = (
    [
      ['--speed', options.speed],
      ['--seed', options.seed],
      ['--profile', options.profile],
      ['--fault', options.fault],
      ['--keep-book', options.keepBook],
    ] as const
  ).find(([, value]) => value !== undefined);
  if (belt.scheme !== 'sim' && onlyEmbedded !== undefined) {
    throw usageError(
      `${onlyEmbedded[0]} is for the embedded simulated belt alone`,
      belt.scheme === 'socket'
        ? 'A served belt takes --seed, --profile and --fault in laserbelt sim serve; its dose book is always kept.'
        : 'Give --sim, or leave it out.',
    );
  }
  if (options.record !== undefined && options.dryRun === true)
    throw usageError('--record: a dry run has nothing to record', 'Leave out one of the two.');
  if (options.record === '') throw usageError('--record: no file is named');
  return {
    plan,
    belt,
    speed: options.speed ?? 1,
    seed: options.seed,
    profile: options.profile,
    faults: options.fault ?? [],
    isBookKept: options.keepBook === true,
    person: readPerson(options.person),
    answersFile: options.answers,
    recordFile: options.record,
    isYes: options.yes === true,
    isDryRun: options.dryRun === true,
    isJson: options.json === true,
    isQuiet: options.quiet === true,
    isColourRefused: !options.color,
  };
}

const beltWords = ({ belt, speed }: StartRequest): string => {
  if (belt.scheme !== 'sim') return belt.name === undefined ? belt.address : `${belt.name} (${belt.address})`;
  // Nobody has to pair it: it is paired with its own session.
  const words = 'simulated belt (its own label)';
  return speed === 1 ? words : `${words}, ${speed} × real time`;
};

/** @param world of a test; the shipped command has none but this machine */
export async function start(plan: string, options: StartOptions, io: Io, world?: World): Promise<number> {
  const request = readStartOptions(plan, options, io.env);
  if (request === undefined) {
    io.err(
      'laserbelt: which belt?\n  --belt <name> for a paired one (laserbelt belts), or ble:<id> (laserbelt scan); --sim tries a simulated one.\n',
    );
    return EXIT_CODE.usage;
  }
  // Before anything is loaded: a person should not wait to see that they were heard.
  if (request.isJson) {
    io.out(
      `${JSON.stringify({ event: 'version', ...stampNow(), version: VERSION, schema: JSON_SCHEMA_VERSION })}\n`,
    );
  } else if (!request.isQuiet) {
    const parts = [`laserbelt ${VERSION} · plan ${plan}`, beltWords(request)];
    const line = parts.join(' · ');
    io.err(`${line.length <= io.columns() ? line : parts.join('\n')}\n`);
  }
  if (options.detach === true && !request.isDryRun) {
    const { startDetached } = await import('./detach.ts');
    return startDetached(request, io);
  }
  const { runStart } = await import('./run-start.ts');
  return runStart(request, io, world);
}
