// Whether the light is off, after STOP has left: what the belt says, and whether that can be believed. Of a paired belt
// nothing counts but what comes sealed, and that takes its key.
import { createGattBelt } from '../belt/gatt-belt.ts';
import type { BeltEvent } from '../belt/belt.ts';
import { systemClock } from '../clock.ts';
import type { KeyLookup } from './credentials.ts';
import type { StopResult } from './direct.ts';
import type { StopFirst } from './stop-first.ts';
import { explainUnreachable } from './transports.ts';

/** Connecting takes at most 15 s; then the belt says off within a tick, or the lease has run out by itself. */
const WHOLE_MAX_MS = 20_000;
const REPEAT_MS = 300;

const DARK_ANYWAY =
  'A belt without a controller goes dark by itself within 1 s. If you see light: take the belt off, battery out.';

type Verdict = Pick<StopResult, 'emissionOff' | 'message'>;

const unconfirmed = (message: string): Verdict => ({ emissionOff: 'unconfirmed', message });

type Unreachable = Extract<BeltEvent, { type: 'belt.unreachable' }>;

/** In words that are true of this belt: whether STOP left, and why nobody can say what came of it. */
function unconfirmedBy(
  { address, shown }: { readonly address: string; readonly shown: string },
  { failure, detail }: Unreachable,
  { isSent, lookup }: { readonly isSent: boolean; readonly lookup: KeyLookup },
): Verdict {
  if (!isSent) return unconfirmed(`${explainUnreachable(address, failure, detail)}\n  ${DARK_ANYWAY}`);
  const sent = `STOP was sent to ${shown}, but nobody can confirm that its light is off:`;
  if (!lookup.ok) return unconfirmed(`${sent} ${lookup.problem.detail}. ${DARK_ANYWAY}`);
  return unconfirmed(`${sent} ${detail}. ${DARK_ANYWAY}`);
}

/** A plain word confirms nothing where a key may exist that could not be read: anybody could have said it. */
const confirmedBy = (shown: string, lookup: KeyLookup): Verdict =>
  lookup.ok
    ? { emissionOff: 'confirmed', message: `Light off at ${shown}, confirmed by the belt.` }
    : unconfirmed(
        `STOP was sent to ${shown}, and what answers there says that the light is off, but anybody could say so: ` +
          `${lookup.problem.detail}. ${DARK_ANYWAY}`,
      );

/** A paired belt is called by its name. */
const shownAs = (address: string, lookup: KeyLookup): string =>
  lookup.ok && lookup.key !== undefined ? lookup.key.name : address;

/** Settles once, within WHOLE_MAX_MS; the link is closed by then. */
export function readOff(address: string, stopFirst: StopFirst, lookup: KeyLookup): Promise<Verdict> {
  const shown = shownAs(address, lookup);
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
      // Ticks held back while connecting may be older than the first STOP: they only set the mark a later tick must pass.
      if (newestTick >= 0) tickBeforeStop ??= newestTick;
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
          if (isNewer && stopLatched && !emission) settle(confirmedBy(shown, lookup));
          return;
        }
        case 'belt.unreachable':
          return settle(unconfirmedBy({ address, shown }, event, { isSent: stopFirst.wasSent(), lookup }));
        case 'link.lost':
          return settle(
            unconfirmed(`the link to ${shown} was lost before the belt said off. ${DARK_ANYWAY}`),
          );
        default:
      }
    };
    const belt = createGattBelt({
      transport: stopFirst.transport,
      address,
      clock: systemClock,
      onEvent,
      ...(lookup.ok ? lookup.access : {}),
    });
    const deadline = setTimeout(
      () => settle(unconfirmed(`${shown} did not confirm that its light is off. ${DARK_ANYWAY}`)),
      WHOLE_MAX_MS,
    );
    belt.open();
  });
}
