// STOP straight to a belt, when no controller is left that could be asked: connect, stop, read off.
import { createGattBelt } from '../belt/gatt-belt.ts';
import type { BeltEvent } from '../belt/belt.ts';
import { systemClock } from '../clock.ts';
import { parseAddress } from './addresses.ts';
import type { StopResult } from './direct.ts';
import { createOuterTransport, explainUnreachable } from './transports.ts';

/** Connecting takes at most 15 s; then the belt says off within a tick, or the lease has run out by itself. */
const WHOLE_MAX_MS = 20_000;
const REPEAT_MS = 300;

const DARK_ANYWAY =
  'A belt without a controller goes dark by itself within 1 s. If you see light: take the belt off, battery out.';

type Verdict = Pick<StopResult, 'emissionOff' | 'message'>;

const unconfirmed = (message: string): Verdict => ({ emissionOff: 'unconfirmed', message });

/** What an event says about the light, once STOP has gone out; undefined while it says nothing. */
function judgeEvent(
  address: string,
  event: BeltEvent,
  tickBeforeStop: number | undefined,
): Verdict | undefined {
  switch (event.type) {
    case 'belt.tick': {
      const { report } = event;
      // Only a report that the belt made after the stop can confirm it.
      const isNewer = tickBeforeStop !== undefined && report.tick > tickBeforeStop;
      if (!isNewer || !report.stopLatched || report.emission) return undefined;
      return { emissionOff: 'confirmed', message: `Light off at ${address}, confirmed by the belt.` };
    }
    case 'belt.unreachable':
      return unconfirmed(`${explainUnreachable(address, event.failure, event.detail)}\n  ${DARK_ANYWAY}`);
    case 'link.lost':
      return unconfirmed(`the link to ${address} was lost before the belt said off. ${DARK_ANYWAY}`);
    default:
      return undefined;
  }
}

export async function stopDirectly(address: string): Promise<StopResult> {
  const { scheme } = parseAddress(address);
  if (scheme === 'sim')
    return { address, emissionOff: 'neverOn', message: 'The embedded belt lives in its session.' };
  const transport = await createOuterTransport(scheme, systemClock);
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
      transport.dispose();
      resolve({ address, ...verdict });
    };
    const stop = (): void => {
      belt.stop();
      // Ticks held back while connecting may arrive after the first STOP and be older than it: they only set the mark that
      // a later tick must pass.
      if (newestTick >= 0) tickBeforeStop ??= newestTick;
      belt.poll();
    };
    const onEvent = (event: BeltEvent): void => {
      if (event.type === 'belt.opened') {
        stop();
        repeat = setInterval(stop, REPEAT_MS);
      }
      const verdict = judgeEvent(address, event, tickBeforeStop);
      if (event.type === 'belt.tick') newestTick = event.report.tick;
      if (verdict !== undefined) settle(verdict);
    };
    const belt = createGattBelt({ transport, address, clock: systemClock, onEvent });
    const deadline = setTimeout(
      () => settle(unconfirmed(`${address} did not confirm that its light is off. ${DARK_ANYWAY}`)),
      WHOLE_MAX_MS,
    );
    belt.open();
  });
}
