// What belts are called, and in which files their keys are. Nothing here loads cryptography or the file system: the off
// switch finds a belt by its name through this.
import { join } from 'node:path';

export const KEY_NAME_MAX_CHARACTERS = 32;
/** Schemes of addresses, and `sim`, are no names. */
const RESERVED_NAMES: readonly string[] = ['sim', 'socket', 'ble'];

/** Lower case, so that one file system that keeps case and one that does not agree. */
export const normalKeyName = (text: string): string => text.trim().toLowerCase();

/** What is wrong with a normalized name, or undefined. */
export function problemOfKeyName(name: string): string | undefined {
  if (RESERVED_NAMES.includes(name)) return `‘${name}’ is no name for a belt: addresses begin with it`;
  if (/^[a-z0-9][a-z0-9_-]*$/.test(name) && name.length <= KEY_NAME_MAX_CHARACTERS) return undefined;
  return `a belt’s name has 1 to ${KEY_NAME_MAX_CHARACTERS} letters a–z, digits, - and _, and begins with a letter or digit`;
}

const PREFIX = 'belt-';
const SUFFIX = '.key';

/** `name` is normalized and valid: it becomes part of a path. */
export const keyFilePath = (folder: string, name: string): string =>
  join(folder, `${PREFIX}${name}${SUFFIX}`);

/** The belt's name in a file's name, or undefined for other files. */
export function nameOfKeyFile(fileName: string): string | undefined {
  if (!fileName.startsWith(PREFIX) || !fileName.endsWith(SUFFIX)) return undefined;
  const name = fileName.slice(PREFIX.length, -SUFFIX.length);
  return problemOfKeyName(name) === undefined ? name : undefined;
}
