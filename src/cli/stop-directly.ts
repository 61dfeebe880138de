// STOP straight to a belt, when no controller is left that could be asked: connect, stop, read off.
import { createGattBelt } from '../belt/gatt-belt.ts';
import type { BeltEvent } from '../belt/belt.ts';
import { systemClock } from '../clock.ts';
import { parseAddress } from './addresses.ts';
import type { StopResult } from './direct.ts';
import { createOuterTransport, describeConnectFailure } from './transports.ts';

/** Connecting takes at most 15 s; then the belt says off within a tick, or the lease has run out by itself. */
const WHOLE_MAX_MS = 20_000;
const REPEAT_MS = 300;

const DARK_ANYWAY =
  'A belt without a controller goes dark by itself within 1 s. If you see light: take the belt off, battery out.';

export async function stopDirectly(address: string): Promise<StopResult> {
  const { scheme } = parseAddress(address);
  if (scheme === 'sim')
    return { address, emissionOff: 'neverOn', message: 'The embedded belt lives in its session.' };
  const transport = await createOuterTransport(scheme, systemClock);
  return new Promise((resolve) => {
    let isStopSent = false;
    let newestTick = -1;
    let repeat: ReturnType<typeof setInterval> | undefined;
    const settle = (emissionOff: StopResult['emissionOff'], message: string): void => {
      clearTimeout(deadline);
      clearInterval(repeat);
      belt.close();
      transport.dispose();
      resolve({ address, emissionOff, message });
    };
    const onEvent = (event: BeltEvent): void => {
      switch (event.type) {
        case 'belt.opened':
          belt.stop();
          isStopSent = true;
          belt.poll();
          repeat = setInterval(() => {
            belt.stop();
            belt.poll();
          }, REPEAT_MS);
          return;
        case 'belt.tick': {
          const { report } = event;
          // Only a report that the belt made after the stop can confirm it.
          const isNewer = isStopSent && report.tick > newestTick;
          if (!isStopSent) newestTick = report.tick;
          if (isNewer && report.stopLatched && !report.emission)
            settle('confirmed', `Light off at ${address}, confirmed by the belt.`);
          return;
        }
        case 'belt.unreachable': {
          const { problem, remedy } = describeConnectFailure(event.failure);
          return settle(
            'unconfirmed',
            `cannot ask ${address}: ${problem} (${event.detail}). ${remedy}\n  ${DARK_ANYWAY}`,
          );
        }
        case 'link.lost':
          return settle(
            'unconfirmed',
            `the link to ${address} was lost before the belt said off. ${DARK_ANYWAY}`,
          );
        default:
          return;
      }
    };
    const belt = createGattBelt({ transport, address, clock: systemClock, onEvent });
    const deadline = setTimeout(
      () => settle('unconfirmed', `${address} did not confirm that its light is off. ${DARK_ANYWAY}`),
      WHOLE_MAX_MS,
    );
    belt.open();
  });
}
