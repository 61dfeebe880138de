// No key and no label in anything that is printed or written, of a pairing and of a session.
import { readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { keyFile, LABEL, LABEL_SECRET, pairWith, WRONG_LABEL } from './locked-place.ts';
import { TEST_MS, useCommand } from './use-command.ts';

const inPlace = useCommand();

/** Every file below, with what is in it; sockets and pipes have nothing. */
function filesBelow(folder: string): readonly { readonly path: string; readonly text: string }[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, text: readFileSync(path, 'latin1') }));
}

const PIECE_CHARACTERS = 8;

/** A secret as it could be printed, cut into pieces: a part of it is as bad. */
function piecesOf(spellings: readonly string[]): readonly string[] {
  return spellings.flatMap((text) =>
    Array.from({ length: text.length - PIECE_CHARACTERS + 1 }, (_, at) =>
      text.slice(at, at + PIECE_CHARACTERS).toUpperCase(),
    ),
  );
}

const spellingsOf = (bytes: Uint8Array): readonly string[] => [
  Buffer.from(bytes).toString('hex'),
  Buffer.from(bytes).toString('base64url').replaceAll(/[-_]/g, ''),
  [...bytes].join(','),
];

describe('secrets', () => {
  it(
    'no key and no label is in anything that a pairing and a session print or write, but the key in its file',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        const served = await place.serve('--label', LABEL);
        await pairWith(place, WRONG_LABEL);
        await pairWith(place, WRONG_LABEL, '--json');
        await pairWith(place, `${LABEL}A`);
        await place.finish('pair', LABEL);
        await place.finish('pair', `socket:${place.socket}`, `--lable=${LABEL}`);
        await place.finish('pair', `socket:${place.socket}`, LABEL);
        await place.finish('stop', '--belt', LABEL);
        expect((await pairWith(place, LABEL, '--json')).exitCode).toBe(0);
        const { longTermKey } = JSON.parse(readFileSync(keyFile(place), 'utf8')) as { longTermKey: string };
        expect(longTermKey).toMatch(/^[0-9a-f]{64}$/);

        const session = await place.startUntilLit('--belt', 'kitchen');
        await place.finish('status', '--json');
        // While it runs: registrations and whatever else there is.
        const during = filesBelow(join(place.home, '..'));
        await place.finish('stop', '--json');
        await session.ended;
        for (const words of [['belts'], ['belts', '--json'], ['doctor', '--json']] as const)
          await place.finish(...words);
        await place.finish('start', '--belt', 'kitchen', '--yes', '--detach', '--quiet');
        await place.finish('stop', '--belt', 'kitchen');
        truncateSync(keyFile(place), 300);
        await place.finish('start', '--belt', 'kitchen', '--yes', '--json');
        await place.finish('belts');
        await place.finish('stop', '--belt', 'kitchen', '--json');
        const after = filesBelow(join(place.home, '..'));
        await place.finish('forget', 'kitchen', '--json');

        // The belt says its label once, on the line that stands for its label.
        const lines = served.out().split('\n');
        expect(lines.filter((line) => line.startsWith('Label '))).toEqual([
          expect.stringContaining(LABEL) as string,
        ]);
        const printed = place.printed().replace(/^Label .*$/m, '');
        const key = Uint8Array.from(Buffer.from(longTermKey, 'hex'));
        const labels = [LABEL, WRONG_LABEL].flatMap((label) => [label, label.replaceAll('-', '')]);
        const secrets = [...labels, ...spellingsOf(LABEL_SECRET), ...spellingsOf(key)];
        const pieces = piecesOf(secrets);
        const found = (where: string, text: string): readonly string[] =>
          pieces.filter((piece) => text.toUpperCase().includes(piece)).map(() => where);
        expect(found('printed', printed)).toEqual([]);
        const inFiles = [...during, ...after].flatMap(({ path, text }) =>
          path === keyFile(place) ? [] : found(path, text),
        );
        expect(inFiles).toEqual([]);
        // And the search does find: the key in its own file, which holds no label.
        const own = during.find(({ path }) => path === keyFile(place))?.text ?? '';
        expect(found('key file', own).length).toBeGreaterThan(50);
        expect(piecesOf(labels).filter((piece) => own.toUpperCase().includes(piece))).toEqual([]);
        expect(found('label line', served.out()).length).toBeGreaterThan(10);
      })(),
  );
});
