// A served belt with a label that the tests know, and what its person does with it.
import { join } from 'node:path';
import { formatLabel } from '../../protocol/label.ts';
import type { Finished, Place } from './real-processes.ts';

export const LABEL_SECRET = Uint8Array.from({ length: 16 }, (_, index) => 0x51 + index * 11);
export const LABEL = formatLabel(LABEL_SECRET);
export const WRONG_LABEL = formatLabel(LABEL_SECRET.map((byte) => byte ^ 0x3c));

export const keyFile = ({ home }: Place): string => join(home, 'state/keys/belt-kitchen.key');
export const pairWith = (place: Place, label: string, ...more: readonly string[]): Promise<Finished> =>
  place.finish('pair', `socket:${place.socket}`, '--label', label, '--name', 'kitchen', ...more);
export const lever = (place: Place, spec: string): Promise<Finished> =>
  place.finish('sim', 'fault', '--socket', place.socket, spec);

export async function pairedBelt(place: Place): Promise<void> {
  await place.serve('--label', LABEL);
  const paired = await pairWith(place, LABEL);
  if (paired.exitCode !== 0) throw new Error(paired.err);
}
