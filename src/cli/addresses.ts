// The addresses of belts on the command line: `ble:<id>`, `socket:<path>`, `sim`. Their names are in belt-names.ts.
import { resolve } from 'node:path';
import { usageError } from './exit-codes.ts';
import { suggest } from './suggest.ts';

export interface BeltAddress {
  readonly scheme: 'sim' | 'socket' | 'ble';
  /** One spelling per belt: locks and sessions are kept under it. */
  readonly address: string;
  /** When it was named so: the key to be used is this one and no other. */
  readonly name?: string;
}

export const ADDRESS_HINT =
  'An address is ble:<id> (see laserbelt scan), socket:<path> (see laserbelt sim serve) or sim.';

/** Somebody may type a label, or most of one, where something else is asked for: what could be one is never repeated. */
export const mayBeLabel = (text: string): boolean => /^[A-Za-z0-9\s-]{16,}$/.test(text);

/** Throws a usage error for anything else. */
export function parseAddress(text: string): BeltAddress {
  if (text === 'sim') return { scheme: 'sim', address: 'sim' };
  const colon = text.indexOf(':');
  const scheme = text.slice(0, Math.max(0, colon)).toLowerCase();
  const rest = text.slice(colon + 1);
  if (scheme === 'socket' && rest !== '') return { scheme, address: `socket:${resolve(rest)}` };
  if (scheme === 'ble' && rest !== '') return { scheme, address: `ble:${rest.toLowerCase()}` };
  const meant = suggest(scheme === '' ? text : scheme, ['sim', 'socket', 'ble']);
  const question =
    meant === undefined || rest === '' ? '' : ` (did you mean ${meant}${colon > 0 ? `:${rest}` : ''}?)`;
  if (mayBeLabel(rest))
    throw usageError('that is no belt address (it is not repeated here: it could be a label)', ADDRESS_HINT);
  throw usageError(`‘${text}’ is no belt address${question}`, ADDRESS_HINT);
}

export const isAddress = (text: string): boolean => /^(?:socket|ble):./i.test(text);
