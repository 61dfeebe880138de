// A lock that its holder's death releases, from files alone. The lock is a file linked into place with its content, so
// that nobody ever reads half of it. A dead holder's lock is taken over, never removed: whoever links
// `<lock>.after-<nonce of the dead>` first is the only one who may replace it, and if that one dies too, its own nonce
// names the next successor. Nonces never repeat, so a latecomer cannot take what was released and taken anew.
import { dirname } from 'node:path';
import { errorCode, stored, storeFailure, storeFailureOf, type StoreResult } from './failure.ts';
import { FILE_MODE, makeFolder, nodeFileSystem, refusePipe, type StoreFileSystem } from './file-system.ts';
import {
  formatHolder,
  holderOf,
  isHolderDead,
  parseHolder,
  systemProcessFacts,
  type LockHolder,
  type ProcessFacts,
} from './holder.ts';

export interface FileLock {
  readonly holder: LockHolder;
  /** Idempotent; never rejects. */
  release(): Promise<void>;
}

export interface LockRequest {
  readonly path: string;
  /** For people, in the refusal another process gets. */
  readonly note: string;
  /** How long to wait for a live holder; 0 asks once. */
  readonly waitMs: number;
  /** A file that stands while somebody waits: a holder that keeps the lock for later gives it back then. */
  readonly wantedPath?: string;
  readonly system?: StoreFileSystem;
  readonly facts?: ProcessFacts;
}

const RETRY_MS = 10;
/** Waiting is counted in retries: bounded whatever the wall clock does. */
const WAIT_MAX_MS = 60_000;
/** Takers-over that died one after the other in the act. */
const CHAIN_MAX_COUNT = 16;

interface Attempt {
  readonly path: string;
  readonly mine: LockHolder;
  readonly system: StoreFileSystem;
  readonly facts: ProcessFacts;
}

type Seen =
  | { readonly kind: 'free' }
  | { readonly kind: 'mine' }
  | { readonly kind: 'held'; readonly holder: LockHolder }
  | { readonly kind: 'dead'; readonly nonce: string };

const temporaryPath = (path: string, nonce: string): string => `${path}.${nonce}`;
const successorPath = (path: string, nonce: string): string => `${path}.after-${nonce}`;

async function look(attempt: Attempt, name: string): Promise<Seen> {
  try {
    refusePipe(attempt.system, name);
    const holder = parseHolder(await attempt.system.readFile(name, 'utf8'));
    if (holder === undefined) {
      // Content is complete from the first moment: what cannot be read is what a loss of power left.
      const { ino, mtimeMs } = await attempt.system.stat(name);
      return { kind: 'dead', nonce: `${ino}-${Math.round(mtimeMs)}` };
    }
    if (holder.nonce === attempt.mine.nonce) return { kind: 'mine' };
    if (isHolderDead(holder, attempt.facts)) return { kind: 'dead', nonce: holder.nonce };
    return { kind: 'held', holder };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { kind: 'free' };
    throw error;
  }
}

/** Links my content to `name`; false when something stands there already. */
async function linkMine(attempt: Attempt, name: string): Promise<boolean> {
  try {
    await attempt.system.link(temporaryPath(attempt.path, attempt.mine.nonce), name);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

interface Chain {
  readonly end: Seen;
  /** Where the end stands. */
  readonly name: string;
  /** Successor files passed on the way, and the dead whose leftovers they replace. */
  readonly passed: readonly string[];
  readonly deadNonces: readonly string[];
}

async function walkChain(attempt: Attempt): Promise<Chain> {
  const passed: string[] = [];
  const deadNonces: string[] = [];
  let name = attempt.path;
  for (let count = 0; count < CHAIN_MAX_COUNT; count++) {
    const end = await look(attempt, name);
    if (end.kind !== 'dead') return { end, name, passed, deadNonces };
    deadNonces.push(end.nonce);
    name = successorPath(attempt.path, end.nonce);
    passed.push(name);
  }
  return { end: { kind: 'free' }, name, passed, deadNonces };
}

const removeQuietly = (system: StoreFileSystem, name: string): Promise<void> =>
  system.unlink(name).catch(() => undefined);

/** Holding the end of the chain: replaces the dead lock by mine, then clears away what the dead left. */
async function takeOver(attempt: Attempt, name: string): Promise<boolean> {
  // Between reading and linking, another one may have taken over and gone: only a chain that still leads to me counts.
  const again = await walkChain(attempt);
  if (!(again.end.kind === 'mine' && again.name === name)) {
    await removeQuietly(attempt.system, name);
    return false;
  }
  await attempt.system.rename(temporaryPath(attempt.path, attempt.mine.nonce), attempt.path);
  for (const leftover of again.passed) await removeQuietly(attempt.system, leftover);
  for (const nonce of again.deadNonces)
    await removeQuietly(attempt.system, temporaryPath(attempt.path, nonce));
  return true;
}

/** undefined when it is mine now, 'again' when somebody was faster, or who holds it. */
async function tryOnce(attempt: Attempt): Promise<LockHolder | 'again' | undefined> {
  if (await linkMine(attempt, attempt.path)) {
    await removeQuietly(attempt.system, temporaryPath(attempt.path, attempt.mine.nonce));
    return undefined;
  }
  const chain = await walkChain(attempt);
  if (chain.end.kind === 'held') return chain.end.holder;
  if (chain.end.kind !== 'free' || chain.name === attempt.path) return 'again';
  if (!(await linkMine(attempt, chain.name))) return 'again';
  return (await takeOver(attempt, chain.name)) ? undefined : 'again';
}

/** It may be there already, and it does not matter who removes it. */
async function tellWanted({ system }: Attempt, path: string | undefined): Promise<void> {
  if (path === undefined) return;
  refusePipe(system, path);
  const handle = await system.open(path, 'a', FILE_MODE);
  await handle.close();
}

async function acquire(
  attempt: Attempt,
  waitMs: number,
  wantedPath: string | undefined,
): Promise<LockHolder | 'busy' | undefined> {
  const { system, path, mine } = attempt;
  await makeFolder(system, dirname(path));
  const handle = await system.open(temporaryPath(path, mine.nonce), 'wx', FILE_MODE);
  try {
    await handle.writeFile(formatHolder(mine), 'utf8');
  } finally {
    await handle.close();
  }
  const retryMaxCount = Math.ceil(Math.min(waitMs, WAIT_MAX_MS) / RETRY_MS);
  let seen: LockHolder | 'busy' = 'busy';
  // Being overtaken is no reason to give up at once; each time somebody got on.
  for (let retries = 0, overtaken = 0; retries <= retryMaxCount && overtaken < 100;) {
    const found = await tryOnce(attempt);
    if (found === undefined) return undefined;
    if (found === 'again') overtaken++;
    else {
      seen = found;
      if (++retries > retryMaxCount) break;
      await tellWanted(attempt, wantedPath);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  return seen;
}

async function releaseMine(attempt: Attempt): Promise<void> {
  try {
    if ((await look(attempt, attempt.path)).kind === 'mine') await attempt.system.unlink(attempt.path);
  } catch {
    // What is left names a process that ends: the next taker sees that.
  }
}

/** `inUse` names the process that holds it. Never rejects. */
export async function acquireFileLock(request: LockRequest): Promise<StoreResult<FileLock>> {
  const facts = request.facts ?? systemProcessFacts();
  const system = request.system ?? nodeFileSystem;
  const mine = holderOf(facts, request.note);
  const attempt: Attempt = { path: request.path, mine, system, facts };
  try {
    const heldBy = await acquire(attempt, request.waitMs, request.wantedPath);
    if (heldBy === undefined) {
      let release: Promise<void> | undefined;
      return stored({ holder: mine, release: () => (release ??= releaseMine(attempt)) });
    }
    await removeQuietly(system, temporaryPath(request.path, mine.nonce));
    const who = heldBy === 'busy' ? 'another process' : `process ${heldBy.pid} (${heldBy.note})`;
    return storeFailure('inUse', request.path, `${who} holds ${request.path}`);
  } catch (error) {
    await removeQuietly(system, temporaryPath(request.path, mine.nonce));
    return storeFailureOf(error, request.path, 'lock');
  }
}
