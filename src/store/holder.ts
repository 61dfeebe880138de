// Who holds a lock, and whether that process still lives. A process number alone is not enough: it is used again.
import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { errorCode } from './failure.ts';

export interface LockHolder {
  readonly pid: number;
  /** Linux: changes with every boot; '' elsewhere. */
  readonly bootId: string;
  /** Linux: in clock ticks since boot; '' elsewhere. */
  readonly startTime: string;
  /** Linux: process numbers of another container say nothing here; '' elsewhere. */
  readonly pidNamespace: string;
  /** Names this one acquisition, for ever. */
  readonly nonce: string;
  /** For people: what the lock is held for. */
  readonly note: string;
}

/** Where the facts about processes come from; tests hand in their own. */
export interface ProcessFacts {
  readonly pid: number;
  /** '' where it is not known. */
  readonly bootId: string;
  readonly pidNamespace: string;
  /** `undefined`: no such process, or only its unreaped remains. '' when it lives and more is not known. */
  startTimeOf(pid: number): string | undefined;
}

const readOr = (path: string, read: (path: string) => string): string => {
  try {
    return read(path).trim();
  } catch {
    return '';
  }
};

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and is somebody else's.
    return errorCode(error) !== 'ESRCH';
  }
}

/** Fields 3 (state) and 22 (start time) of /proc/<pid>/stat; the name before them may hold anything. */
function linuxStartTime(pid: number): string | undefined {
  const text = readOr(`/proc/${pid}/stat`, (path) => readFileSync(path, 'utf8'));
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const state = fields[0] ?? '';
  if (state === '') return isAlive(pid) ? '' : undefined;
  return state === 'Z' || state === 'X' ? undefined : (fields[19] ?? '');
}

export function systemProcessFacts(): ProcessFacts {
  const linux = process.platform === 'linux';
  return {
    pid: process.pid,
    bootId: linux ? readOr('/proc/sys/kernel/random/boot_id', (path) => readFileSync(path, 'utf8')) : '',
    pidNamespace: linux ? readOr('/proc/self/ns/pid', readlinkSync) : '',
    startTimeOf(pid) {
      if (!isAlive(pid)) return undefined;
      return linux ? linuxStartTime(pid) : '';
    },
  };
}

export const holderOf = (facts: ProcessFacts, note: string): LockHolder => ({
  pid: facts.pid,
  bootId: facts.bootId,
  startTime: facts.startTimeOf(facts.pid) ?? '',
  pidNamespace: facts.pidNamespace,
  nonce: randomBytes(12).toString('hex'),
  note,
});

/** True only when it is certain: a holder that cannot be judged holds. */
export function isHolderDead(holder: LockHolder, facts: ProcessFacts): boolean {
  if (holder.bootId !== '' && facts.bootId !== '' && holder.bootId !== facts.bootId) return true;
  if (holder.pidNamespace !== facts.pidNamespace) return false;
  const startTime = facts.startTimeOf(holder.pid);
  if (startTime === undefined) return true;
  return startTime !== '' && holder.startTime !== '' && startTime !== holder.startTime;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 200;

/** undefined when the text is not what `formatHolder` writes. */
export function parseHolder(text: string): LockHolder | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (value === null || typeof value !== 'object') return undefined;
  const { pid, bootId, startTime, pidNamespace, nonce, note } = value as Record<string, unknown>;
  // Signalling 0 or a negative number would reach a whole group of processes.
  if (typeof pid !== 'number' || !(Number.isSafeInteger(pid) && pid > 0)) return undefined;
  if (!isText(bootId) || !isText(startTime) || !isText(pidNamespace) || !isText(note)) return undefined;
  if (!isText(nonce) || !/^[0-9a-f]{24}$/.test(nonce)) return undefined;
  return { pid, bootId, startTime, pidNamespace, nonce, note };
}

export const formatHolder = (holder: LockHolder): string => `${JSON.stringify(holder)}\n`;
