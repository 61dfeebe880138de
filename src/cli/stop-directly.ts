// STOP straight to a belt, when no controller is left that could be asked: connect, stop, read off. STOP needs no key and
// goes first; whether a paired belt's word can be believed is another matter, and takes its key.
import { createGattBelt } from '../belt/gatt-belt.ts';
import type { BeltEvent } from '../belt/belt.ts';
import { systemClock } from '../clock.ts';
import { parseAddress } from './addresses.ts';
import type { BeltAddress } from './addresses.ts';
import type { KeyLookup } from './credentials.ts';
import type { StopResult } from './direct.ts';
import type { Io } from './io.ts';
import { connectAndStop } from './stop-first.ts';
import type { StopFirst } from './stop-first.ts';
import { createOuterTransport, explainUnreachable } from './transports.ts';

/** Connecting takes at most 15 s; then the belt says off within a tick, or the lease has run out by itself. */
const WHOLE_MAX_MS = 20_000;
const REPEAT_MS = 300;
/** Reading a small file: a disk that takes longer does not answer. */
const KEY_MAX_MS = 1000;

const DARK_ANYWAY =
  'A belt without a controller goes dark by itself within 1 s. If you see light: take the belt off, battery out.';

type Verdict = Pick<StopResult, 'emissionOff' | 'message'>;

const unconfirmed = (message: string): Verdict => ({ emissionOff: 'unconfirmed', message });

type Unreachable = Extract<BeltEvent, { type: 'belt.unreachable' }>;

/** In words that are true of this belt: whether STOP left, and why nobody can say what came of it. */
function unconfirmedBy(
  address: string,
  { failure, detail }: Unreachable,
  { isSent, lookup }: { readonly isSent: boolean; readonly lookup: KeyLookup },
): Verdict {
  if (!isSent) return unconfirmed(`${explainUnreachable(address, failure, detail)}\n  ${DARK_ANYWAY}`);
  const sent = `STOP was sent to ${address}, but nobody can confirm that its light is off:`;
  if (!lookup.ok) return unconfirmed(`${sent} ${lookup.problem.detail}. ${DARK_ANYWAY}`);
  if (failure === 'notPaired' && lookup.key === undefined)
    return unconfirmed(`${sent} the belt is paired, and this computer has no key for it. ${DARK_ANYWAY}`);
  return unconfirmed(`${sent} ${detail}. ${DARK_ANYWAY}`);
}

/** A plain word confirms nothing where a key may exist that could not be read: anybody could have said it. */
const confirmedBy = (address: string, lookup: KeyLookup): Verdict =>
  lookup.ok
    ? { emissionOff: 'confirmed', message: `Light off at ${address}, confirmed by the belt.` }
    : unconfirmed(
        `STOP was sent to ${address}, and what answers there says that the light is off, but anybody could say so: ` +
          `${lookup.problem.detail}. ${DARK_ANYWAY}`,
      );

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

async function readOff(address: string, stopFirst: StopFirst, lookup: KeyLookup): Promise<Verdict> {
  const { credentialsOf } = await import('./credentials.ts');
  const key = lookup.ok ? lookup.key : undefined;
  return new Promise((resolve) => {
    let isSettled = false;
    let newestTick = -1;
    let tickBeforeStop: number | undefined;
    let repeat: ReturnType<typeof setInterval> | undefined;
    const settle = (verdict: Verdict): void => {
      // Closing tells of the lost link from within.
      if (isSettled) return;
      isSettled = true;
      clearTimeout(deadline);
      clearInterval(repeat);
      belt.close();
      resolve(verdict);
    };
    const stop = (): void => {
      belt.stop();
      tickBeforeStop ??= newestTick;
      belt.poll();
    };
    const onEvent = (event: BeltEvent): void => {
      switch (event.type) {
        case 'belt.opened':
          stop();
          repeat = setInterval(stop, REPEAT_MS);
          return;
        case 'belt.tick': {
          const { tick, stopLatched, emission } = event.report;
          newestTick = tick;
          // Only a report that the belt made after the stop can confirm it.
          const isNewer = tickBeforeStop !== undefined && tick > tickBeforeStop;
          if (isNewer && stopLatched && !emission) settle(confirmedBy(address, lookup));
          return;
        }
        case 'belt.unreachable':
          return settle(unconfirmedBy(address, event, { isSent: stopFirst.wasSent(), lookup }));
        case 'link.lost':
          return settle(
            unconfirmed(`the link to ${address} was lost before the belt said off. ${DARK_ANYWAY}`),
          );
        default:
      }
    };
    const belt = createGattBelt({
      transport: stopFirst.transport,
      address,
      clock: systemClock,
      onEvent,
      credentials: key === undefined ? undefined : credentialsOf(key),
    });
    const deadline = setTimeout(
      () => settle(unconfirmed(`${address} did not confirm that its light is off. ${DARK_ANYWAY}`)),
      WHOLE_MAX_MS,
    );
    belt.open();
  });
}

/** `belt`: an address, with the name by which the person called it. */
export async function stopDirectly(belt: BeltAddress, env: Io['env']): Promise<StopResult> {
  const { address } = belt;
  const { scheme } = parseAddress(address);
  if (scheme === 'sim')
    return { address, emissionOff: 'neverOn', message: 'The embedded belt lives in its session.' };
  const transport = await createOuterTransport(scheme, systemClock);
  const stopFirst = connectAndStop(transport, address);
  try {
    return { address, ...(await readOff(address, stopFirst, await lookUpKeyInTime(belt, env))) };
  } finally {
    transport.dispose();
  }
}
