// Where answers are kept. Those given for simulated belts have a folder of their own: trying the tool screens nobody.
import { join } from 'node:path';
import type { SecretPlace } from '../store/secret-file.ts';
import { pathsOf } from './folders.ts';

export const answersPlaceOf = (
  env: Readonly<Record<string, string | undefined>>,
  isSimulated: boolean,
): SecretPlace => ({
  folder: join(pathsOf(env).stateFolder, isSimulated ? 'simulated-answers' : 'answers'),
  userId: process.getuid?.(),
});
