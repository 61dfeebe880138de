// One pairing, from the label's secret to the key on disk. The key's place is made sure of before the belt is asked, and
// what was agreed upon is kept whole or not at all.
import { toHex } from '../../protocol/bytes.ts';
import type { BeltProfile } from '../belt/belt.ts';
import type { pairBelt, PairBeltOptions, PairedKey, PairingResult } from '../belt/pairing.ts';
import type { Clock } from '../clock.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import { beginKeyWriting, listKeys } from '../store/key-files.ts';
import type { KeyWriting } from '../store/key-files.ts';
import type { BeltKey } from '../store/key-format.ts';
import type { SecretPlace } from '../store/secret-file.ts';
import type { Transport } from '../transport/transport.ts';
import { beltNameOf } from './arming.ts';
import { systemRandomBytes, wordsOfProblem } from './credentials.ts';
import { explainPairing } from './pairing-words.ts';

export interface PairJob {
  readonly address: string;
  /** Normalized and valid; undefined: what the belt is called now, or calls itself. */
  readonly name: string | undefined;
  readonly labelSecret: Uint8Array;
  readonly place: SecretPlace;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly pair: typeof pairBelt;
  /** ISO 8601. */
  wallClock(): string;
  readonly calledOff: AbortSignal;
}

export type PairOutcome =
  | {
      readonly ok: true;
      readonly name: string;
      readonly profile: BeltProfile;
    }
  | { readonly ok: false; readonly message: string; readonly exitCode: ExitCode };

const refused = (message: string): Extract<PairOutcome, { ok: false }> => ({
  ok: false,
  message,
  exitCode: EXIT_CODE.refused,
});

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** Who is meant by name and address; one belt has one name, one address and one key here. */
function findExpected(
  { address, name }: PairJob,
  keys: readonly BeltKey[],
): { readonly ok: true; readonly key: BeltKey | undefined } | Extract<PairOutcome, { ok: false }> {
  const named = keys.find((key) => key.name === name);
  const placed = keys.find((key) => key.address === address);
  if (named !== undefined && placed !== undefined && named.beltId !== placed.beltId)
    return refused(
      `Not paired: ‘${named.name}’ is another belt (${named.address}); this one is paired as ${placed.name}. Choose another --name.`,
    );
  return { ok: true, key: placed ?? named };
}

type KeepKey = NonNullable<PairBeltOptions['keepKey']>;

function runPairing(
  job: PairJob,
  controllerId: string,
  expected: BeltKey | undefined,
  keepKey: KeepKey,
): Promise<PairingResult | 'calledOff'> {
  const { pair, transport, address, clock, labelSecret, calledOff } = job;
  const beltId = expected === undefined ? undefined : bytesOf(expected.beltId);
  return new Promise((resolve) => {
    const cancel = (): void => {
      attempt.cancel();
      resolve('calledOff');
    };
    const attempt = pair(
      {
        transport,
        address,
        clock,
        labelSecret,
        controllerId: bytesOf(controllerId),
        randomBytes: systemRandomBytes,
        beltId,
        keepKey,
      },
      (result) => {
        calledOff.removeEventListener('abort', cancel);
        resolve(result);
      },
    );
    if (calledOff.aborted) cancel();
    else calledOff.addEventListener('abort', cancel, { once: true });
  });
}

/** What the belt is called already, or calls itself, made longer where two begin alike. */
function chooseName(wanted: string | undefined, beltId: string, keys: readonly BeltKey[]): string {
  const earlier = keys.find((key) => key.beltId === beltId)?.name;
  const short = beltNameOf({ beltId });
  const isTaken = keys.some((key) => key.name === short && key.beltId !== beltId);
  return wanted ?? earlier ?? (isTaken ? `laserbelt-${beltId}` : short);
}

interface Keeping {
  readonly keepKey: KeepKey;
  /** Settles when nothing is being written any more: the name under which a key was kept, or why none was. */
  settled(): Promise<{ readonly name?: string; readonly problem?: string }>;
}

/** The key is on disk before the belt is made to trust it: a belt that trusts a lost key would be locked for everybody. */
function createKeeping(
  { address, name: wanted, wallClock }: PairJob,
  writing: KeyWriting,
  controllerId: string,
  keys: readonly BeltKey[],
): Keeping {
  let saving: ReturnType<Keeping['settled']> = Promise.resolve({});
  const save: (key: PairedKey) => ReturnType<Keeping['settled']> = async ({ beltId: bytes, longTermKey }) => {
    const beltId = toHex(bytes);
    const name = chooseName(wanted, beltId, keys);
    const identity = { name, address, beltId, controllerId, pairedAt: wallClock() };
    const oldName = keys.find((key) => key.beltId === beltId)?.name;
    const saved = await writing.save({ ...identity, longTermKey: () => longTermKey.slice() }, oldName);
    return saved.ok ? { name } : { problem: saved.failure.detail };
  };
  return {
    keepKey(key, kept) {
      saving = save(key);
      void saving.then(({ name }) => kept(name !== undefined));
    },
    settled: () => saving,
  };
}

const PAIR_AGAIN = 'The belt may know this computer already or not yet: pair again to be sure.';

async function pairAndSave(job: PairJob, writing: KeyWriting): Promise<PairOutcome> {
  const { keys, problems } = await listKeys(job.place);
  // One that cannot be read may be the belt's own.
  const unusable = problems.find(({ name }) => name === undefined || name === job.name);
  if (unusable !== undefined) return refused(`Not paired. ${wordsOfProblem(unusable)}`);
  const expected = findExpected(job, keys);
  if (!expected.ok) return expected;
  const controllerId = await writing.controllerId();
  if (!controllerId.ok) return refused(`Not paired. ${wordsOfProblem(controllerId.problem)}`);
  const keeping = createKeeping(job, writing, controllerId.value, keys);
  const result = await runPairing(job, controllerId.value, expected.key, keeping.keepKey);
  const { name, problem } = await keeping.settled();
  if (problem !== undefined)
    return refused(`Not paired: the key could not be kept: ${problem}. Mend that, then pair again.`);
  if (result === 'calledOff') {
    const words = name === undefined ? 'Nothing was kept.' : PAIR_AGAIN;
    return { ok: false, message: `Called off. ${words}`, exitCode: EXIT_CODE.stoppedByUser };
  }
  if (result.ok && name !== undefined) return { ok: true, name, profile: result.profile };
  const { failure, detail } = result.ok ? NOT_KEPT : result;
  const words = explainPairing(job.address, failure, detail, expected.key?.name);
  return {
    ok: false,
    ...words,
    message: name === undefined ? words.message : `${words.message} ${PAIR_AGAIN}`,
  };
}

const NOT_KEPT = { failure: 'notKept', detail: 'the key was not asked to be kept' } as const;

/** Settles within the bounds of one pairing. Never rejects for what a belt, a file or a person does. */
export async function pairAndKeep(job: PairJob): Promise<PairOutcome> {
  const writing = await beginKeyWriting(job.place);
  if (!writing.ok)
    return refused(
      writing.failure.kind === 'inUse'
        ? `Not paired: another pairing is under way (${writing.failure.detail}). Wait for it, then pair.`
        : `Not paired: the key could not be kept: ${writing.failure.detail}. laserbelt doctor says more.`,
    );
  try {
    return await pairAndSave(job, writing.value);
  } finally {
    await writing.value.release();
  }
}
