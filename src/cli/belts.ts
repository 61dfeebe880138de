// `belts`: the belts this computer is paired with. `forget`: one of them less.
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import { listKeys, removeKey } from '../store/key-files.ts';
import type { KeyListing } from '../store/key-files.ts';
import { normalKeyName } from '../store/key-names.ts';
import { isAddress, mayBeLabel, parseAddress } from './addresses.ts';
import { notRepeatedError } from './belt-names.ts';
import { isListening } from './control-client.ts';
import { keyPlaceOf } from './credentials.ts';
import { usageError } from './exit-codes.ts';
import { runtimeFolder } from './folders.ts';
import type { Io } from './io.ts';
import { renderTable } from './render-session.ts';
import { listRegistrations } from './running-sessions.ts';
import { stampNow } from './stamp.ts';
import { printable } from './style.ts';
import { didYouMean } from './suggest.ts';

const DAY_CHARACTERS = 'YYYY-MM-DD'.length;

export async function belts(isJson: boolean, io: Io): Promise<ExitCode> {
  const { keys, problems } = await listKeys(keyPlaceOf(io.env));
  if (isJson) {
    for (const { name, address, beltId, pairedAt } of keys)
      io.out(`${JSON.stringify({ event: 'belt', ...stampNow(), name, address, beltId, pairedAt })}\n`);
  } else if (keys.length > 0) {
    const rows = keys.map(({ name, address, beltId, pairedAt }) => [
      name,
      printable(address),
      beltId,
      printable(pairedAt.slice(0, DAY_CHARACTERS)),
    ]);
    io.out(`${renderTable(['name', 'address', 'belt id', 'paired'], rows).join('\n')}\n`);
  } else if (problems.length === 0) io.out('No belt is paired. Pair one with: laserbelt pair <address>\n');
  for (const { name, kind, path, detail, remedy } of problems) {
    if (isJson) {
      const record = { name: name ?? null, kind, path, message: detail, hint: remedy };
      io.out(`${JSON.stringify({ event: 'belt.problem', ...stampNow(), ...record })}\n`);
    }
    io.err(`laserbelt: ${printable(detail)}\n  ${printable(remedy)}\n`);
  }
  return problems.length === 0 ? EXIT_CODE.completed : EXIT_CODE.refused;
}

/** By name, which a torn file still has; by address or belt id, which only a sound one tells. */
function findName(text: string, { keys, problems }: KeyListing): string | undefined {
  const name = normalKeyName(text);
  const address = isAddress(text) ? parseAddress(text).address : undefined;
  return (
    [...keys, ...problems].find((found) => found.name === name)?.name ??
    keys.find((key) => key.address === address || key.beltId === name)?.name
  );
}

export interface ForgetOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Throws a usage error for a belt that is not known. */
export async function forget(text: string, options: ForgetOptions, io: Io): Promise<ExitCode> {
  const place = keyPlaceOf(io.env);
  const listing = await listKeys(place);
  const name = findName(text, listing);
  if (name === undefined && mayBeLabel(text)) throw notRepeatedError();
  if (name === undefined) {
    const names = listing.keys.map((key) => key.name);
    throw usageError(
      `no belt is paired as ‘${printable(text)}’${didYouMean(text, names)}`,
      names.length === 0 ? 'No belt is paired.' : `Paired: ${names.join(', ')}.`,
    );
  }
  const tell = (isForgotten: boolean, message: string, exitCode: ExitCode): ExitCode => {
    if (options.json === true)
      io.out(`${JSON.stringify({ event: 'forget', ...stampNow(), isForgotten, name, message, exitCode })}\n`);
    else if (!isForgotten) io.err(`laserbelt: ${message}\n`);
    else if (options.quiet !== true) io.out(`${message}\n`);
    return exitCode;
  };
  const address = listing.keys.find((key) => key.name === name)?.address;
  const session = listRegistrations(runtimeFolder(io.env)).find(
    (found) => found.name === name || found.address === address,
  );
  if (session !== undefined && (await isListening(session.socketPath)))
    return tell(
      false,
      `Not forgotten: a session runs on ${name}. End it first: laserbelt stop`,
      EXIT_CODE.refused,
    );
  const removed = await removeKey(place, name);
  if (!removed.ok) return tell(false, `Not forgotten: ${removed.failure.detail}.`, EXIT_CODE.refused);
  const words =
    `Forgot ${name}: its key is gone from this computer. The belt itself goes on listening to who else is paired, ` +
    'and keeps a place for this computer until it is reset.';
  return tell(true, words, EXIT_CODE.completed);
}
