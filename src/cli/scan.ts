// `scan`: the belts that advertise in reach.
import { systemClock } from '../clock.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { Advert } from '../transport/transport.ts';
import type { Io } from './io.ts';
import { renderTable } from './render-session.ts';
import { stampNow } from './stamp.ts';
import { printable } from './style.ts';
import { createOuterTransport, describeConnectFailure } from './transports.ts';

export interface ScanRequest {
  readonly timeoutS: number;
  readonly isJson: boolean;
}

const MS_PER_S = 1000;
/** A room full of forged names is not printed without end. */
const BELT_MAX_COUNT = 200;

export async function scan({ timeoutS, isJson }: ScanRequest, io: Io): Promise<number> {
  if (!isJson) io.err(`Looking for belts for up to ${timeoutS} s …\n`);
  const transport = await createOuterTransport('ble', systemClock);
  const found = new Map<string, Advert>();
  const failure = await new Promise<Parameters<Parameters<typeof transport.scan>[1]>[0]>((resolve) => {
    const end = (result: Parameters<typeof resolve>[0]): void => {
      clearTimeout(timer);
      process.off('SIGINT', interrupt);
      resolve(result);
    };
    const attempt = transport.scan((advert) => {
      if (!found.has(advert.address) && found.size >= BELT_MAX_COUNT) return;
      if (!found.has(advert.address) && isJson) io.out(`${JSON.stringify(advertRecord(advert))}\n`);
      found.set(advert.address, advert);
    }, end);
    const interrupt = (): void => {
      attempt.cancel();
      end(undefined);
    };
    const timer = setTimeout(interrupt, timeoutS * MS_PER_S);
    process.once('SIGINT', interrupt);
  });
  transport.dispose();
  if (failure !== undefined) {
    const { problem, remedy } = describeConnectFailure(failure.failure);
    if (isJson) {
      const record = {
        event: 'scan.failed',
        ...stampNow(),
        failure: failure.failure,
        message: problem,
        hint: remedy,
      };
      io.out(`${JSON.stringify({ ...record, exitCode: EXIT_CODE.beltUnreachable })}\n`);
    }
    io.err(`laserbelt: ${problem} (${printable(failure.detail)})\n  ${remedy}\n`);
    return EXIT_CODE.beltUnreachable;
  }
  if (!isJson) io.out(`${describe([...found.values()]).join('\n')}\n`);
  return EXIT_CODE.completed;
}

const advertRecord = ({
  address,
  name,
  rssiDbm,
  pairingWindowOpen,
  state,
}: Advert): Readonly<Record<string, unknown>> => ({
  event: 'scan.belt',
  ...stampNow(),
  address,
  name,
  rssiDbm: rssiDbm ?? null,
  isPairingWindowOpen: pairingWindowOpen ?? null,
  beltState: state ?? null,
});

function describe(adverts: readonly Advert[]): readonly string[] {
  if (adverts.length === 0)
    return ['No belt in reach. Is it switched on, and not connected to something else?'];
  const nearestFirst = [...adverts].sort(
    (left, right) => (right.rssiDbm ?? -Infinity) - (left.rssiDbm ?? -Infinity),
  );
  const rows = nearestFirst.map((advert) => [
    advert.address,
    printable(advert.name),
    advert.rssiDbm === undefined ? '–' : `${advert.rssiDbm} dBm`,
    [advert.state ?? '–', ...(advert.pairingWindowOpen === true ? ['can be paired now'] : [])].join(', '),
  ]);
  return [
    ...renderTable(['address', 'name', 'signal', 'says it is'], rows),
    '',
    `Treat with: laserbelt start --belt ${nearestFirst[0]?.address ?? ''}`,
  ];
}
