// What nobody but the belt and its controller may know, in every spelling in which a program might let it slip.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLabel } from '../../../protocol/label.ts';

const KEY_PATTERN = /"[0-9a-f]{64}"/;

function spellings(secret: Uint8Array): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    [...bytes].join(','),
  ];
}

/** Of one scenario; undefined when key or label was not recorded, so that nothing could be found. */
export function secretsOf(folder: string): readonly string[] | undefined {
  const read = (name: string): string => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  const key = KEY_PATTERN.exec(read('key.json'))?.[0].slice(1, -1);
  const label = /^Label (\S+)/m.exec(read('serve.log'))?.[1];
  if (key === undefined || label === undefined) return undefined;
  const reading = parseLabel(label);
  if (!reading.ok) return undefined;
  return [
    ...spellings(Buffer.from(key, 'hex')),
    ...spellings(reading.secret),
    label,
    label.replaceAll('-', ''),
  ];
}

/** However it is capitalized or spaced. */
export function tellsSecret(text: string, secrets: readonly string[]): boolean {
  const plain = (words: string): string => words.replace(/\s/g, '').toLowerCase();
  return secrets.some((secret) => plain(text).includes(plain(secret)));
}
