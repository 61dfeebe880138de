// STOP straight to a belt, when no controller is left that could be asked. What it takes to send STOP is loaded and done
// first; the key, and what reads off, come in while STOP is on its way.
import { systemClock } from '../clock.ts';
import type { BeltAddress } from './addresses.ts';
import type { KeyLookup } from './credentials.ts';
import type { StopResult } from './direct.ts';
import type { Io } from './io.ts';
import { connectAndStop } from './stop-first.ts';
import { createOuterTransport } from './transports.ts';

/** Reading a small file: a disk that takes longer does not answer. */
const KEY_MAX_MS = 1000;

async function lookUpKeyInTime(belt: BeltAddress, env: Io['env']): Promise<KeyLookup> {
  const failed = (detail: string): KeyLookup => ({
    ok: false,
    problem: { kind: 'unreadable', path: '', detail, remedy: 'laserbelt doctor' },
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<KeyLookup>((resolve) => {
    timer = setTimeout(
      () => resolve(failed('the key files cannot be read: the disk does not answer')),
      KEY_MAX_MS,
    );
  });
  const looking = import('./credentials.ts')
    .then(({ lookUpKey }) => lookUpKey(belt, env))
    .catch((error: unknown) => failed(`the key files cannot be read (${String(error)})`));
  const lookup = await Promise.race([looking, tooLong]);
  clearTimeout(timer);
  return lookup;
}

/** `belt`: an address, with the name by which the person called it. */
export async function stopDirectly(belt: BeltAddress, env: Io['env']): Promise<StopResult> {
  const { scheme, address } = belt;
  if (scheme === 'sim')
    return { address, emissionOff: 'neverOn', message: 'The embedded belt lives in its session.' };
  const transport = await createOuterTransport(scheme, systemClock);
  const stopFirst = connectAndStop(transport, address);
  try {
    const [{ readOff }, lookup] = await Promise.all([
      import('./stop-read-off.ts'),
      lookUpKeyInTime(belt, env),
    ]);
    return { address, ...(await readOff(address, stopFirst, lookup)) };
  } finally {
    transport.dispose();
  }
}
