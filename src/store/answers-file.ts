// The screening answers of each person, in a file of their own (0600) in a folder of ours (0700). They are sent nowhere:
// what reads them is this program, before a session. A file that cannot be read is named, and left as it is.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { decodeAnswersFile, encodeAnswersFile, type KeptScreening } from './answers-format.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { acquireFileLock } from './file-lock.ts';
import { ensurePrivateFolder } from './paths.ts';
import {
  checkSecretFolder,
  readSecretFile,
  secretProblem,
  shellQuoted,
  type SecretPlace,
  type SecretResult,
} from './secret-file.ts';

/** Many times what `SCREENING_MAX_COUNT` screenings take. */
const ANSWERS_MAX_BYTES = 1024 * 1024;
const LOCK_FILE = 'answers.lock';
/** Somebody else writes at this moment: that takes milliseconds. */
const LOCK_WAIT_MS = 2000;
const SLUG_CHARACTERS = 24;
const HASH_DIGITS = 16;

/** Any name makes a file name, and no two the same, on file systems that do not keep case as well. */
export function answersFilePath(folder: string, person: string): string {
  const slug = person
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_CHARACTERS);
  const digest = createHash('sha256').update(person).digest('hex').slice(0, HASH_DIGITS);
  return join(folder, `answers-${slug}-${digest}.json`);
}

/** Oldest first; none when nothing was kept yet. Never rejects. */
export async function readScreenings(
  place: SecretPlace,
  person: string,
): Promise<SecretResult<readonly KeptScreening[]>> {
  const folder = await checkSecretFolder(place);
  if (!folder.ok) return folder;
  if (folder.value === undefined) return { ok: true, value: [] };
  const path = answersFilePath(place.folder, person);
  const text = await readSecretFile(path, place, ANSWERS_MAX_BYTES);
  if (!text.ok) return text;
  if (text.value === undefined) return { ok: true, value: [] };
  const decoded = decodeAnswersFile(text.value, person);
  if (decoded.ok) return decoded;
  const remedy = `Put it aside (mv ${shellQuoted(path)} ${shellQuoted(`${path}.damaged`)}); the questions are then asked anew.`;
  return secretProblem('damaged', path, `the file of answers ${path} ${decoded.detail}`, remedy);
}

/** Durable when it answers ok. A damaged file is not written over. Never rejects. */
export async function keepScreening(
  place: SecretPlace,
  person: string,
  screening: KeptScreening,
): Promise<SecretResult<void>> {
  const path = answersFilePath(place.folder, person);
  const failed = (detail: string): SecretResult<void> =>
    secretProblem('unreadable', path, detail, 'laserbelt doctor');
  const ours = await ensurePrivateFolder(place.folder, place.userId, place.system);
  if (!ours.ok) return failed(ours.failure.detail);
  const lock = await acquireFileLock({
    path: join(place.folder, LOCK_FILE),
    note: 'keeping answers',
    waitMs: LOCK_WAIT_MS,
    ...(place.system === undefined ? {} : { system: place.system }),
  });
  if (!lock.ok) return failed(lock.failure.detail);
  try {
    const kept = await readScreenings(place, person);
    if (!kept.ok) return kept;
    const written = await writeFileAtomic(
      path,
      encodeAnswersFile(person, [...kept.value, screening]),
      place.system,
    );
    return written.ok ? { ok: true, value: undefined } : failed(written.failure.detail);
  } finally {
    await lock.value.release();
  }
}
