// What travels over a running session's local socket: one JSON object per line, both ways.
import type { SessionOutcome } from '../session/outcome.ts';
import type { SessionStatus } from './session-status.ts';

/** A request is a word; a longer line is not ours, and its sender is dropped. */
export const REQUEST_MAX_BYTES = 1024;
/** A status of eight zones takes 2 kB. */
export const RESPONSE_MAX_BYTES = 64 * 1024;

/** `look`: as `status`, but no sign that somebody is there. */
export const CONTROL_COMMANDS = ['stop', 'pause', 'resume', 'status', 'look'] as const;
export type ControlCommand = (typeof CONTROL_COMMANDS)[number];

export type ControlResponse =
  /** `stop` was taken and light commanded off; the outcome follows. */
  | { readonly type: 'accepted' }
  | { readonly type: 'done'; readonly state: string }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'status'; readonly status: SessionStatus }
  | { readonly type: 'outcome'; readonly outcome: SessionOutcome }
  | { readonly type: 'invalid'; readonly message: string };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseRecord(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The command of a request line, or undefined. Never throws. */
export function parseRequest(line: string): ControlCommand | undefined {
  const command = parseRecord(line)?.['command'];
  return CONTROL_COMMANDS.find((known) => known === command);
}

const RESPONSE_TYPES: readonly ControlResponse['type'][] = [
  'accepted',
  'done',
  'refused',
  'status',
  'outcome',
  'invalid',
];

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';

function isOutcome(value: unknown): value is SessionOutcome {
  return (
    isRecord(value) &&
    isText(value['outcome']) &&
    isText(value['emissionOff']) &&
    isText(value['message']) &&
    isNumber(value['exitCode']) &&
    Array.isArray(value['zones'])
  );
}

function isStatus(value: unknown): value is SessionStatus {
  return (
    isRecord(value) &&
    isText(value['state']) &&
    isText(value['plan']) &&
    typeof value['emission'] === 'boolean' &&
    Array.isArray(value['zones']) &&
    value['zones'].every(isRecord)
  );
}

function isResponse(value: Readonly<Record<string, unknown>>): value is ControlResponse & typeof value {
  switch (RESPONSE_TYPES.find((type) => type === value['type'])) {
    case 'accepted':
      return true;
    case 'done':
      return isText(value['state']);
    case 'refused':
    case 'invalid':
      return isText(value['message']);
    case 'status':
      return isStatus(value['status']);
    case 'outcome':
      return isOutcome(value['outcome']);
    case undefined:
      return false;
  }
}

/** A response line, or undefined when it is none. Never throws. */
export function parseResponse(line: string): ControlResponse | undefined {
  const value = parseRecord(line);
  return value !== undefined && isResponse(value) ? value : undefined;
}

export const encodeLine = (value: unknown): string => `${JSON.stringify(value)}\n`;

/** Cuts a byte stream into lines. Returns false when a line grows beyond the bound: the sender is to be dropped. */
export function createLineReader(
  maxBytes: number,
  onLine: (line: string) => void,
): (chunk: Buffer) => boolean {
  let pending: Buffer = Buffer.alloc(0);
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const end = pending.indexOf(0x0a);
      if (end < 0) return pending.length <= maxBytes;
      if (end > maxBytes) return false;
      const line = pending.toString('utf8', 0, end);
      pending = pending.subarray(end + 1);
      if (line.trim() !== '') onLine(line);
    }
  };
}
