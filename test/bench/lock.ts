// What the lock costs: pairing and session set-up on each side, a sealed frame against the bare cipher, a whole sealed
// simulation, and STOP, to which it may add nothing.
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import type { BeltHandshake, ControllerHandshake, HandshakeStep } from '../../protocol/exchange.ts';
import { FRAME } from '../../protocol/messages.ts';
import { createPairingBelt, createPairingController } from '../../protocol/pairing.ts';
import { createSealedEnvelope, createSessionKeys } from '../../protocol/sealing.ts';
import { createSessionBelt, createSessionController } from '../../protocol/session-setup.ts';
import { measureOurShare } from './darkness.ts';
import { measureSpeed } from './simulation.ts';
import { median, type Figure } from './table.ts';

const EXCHANGE_ROUNDS = 60;
/** Short slices, many of them: each ratio is of two that ran next to each other. */
const FRAMES = 2000;
const FRAME_ROUNDS = 200;
const FRAME_WARM_UP_ROUNDS = 5;

const fresh = (length: number): Uint8Array => Uint8Array.from(randomBytes(length));

/** Processor time of this process while `work` runs, all threads, in ms. */
function computing<Result>(add: (ms: number) => void, work: () => Result): Result {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  add((user + system) / 1000);
  return result;
}

interface Taken {
  readonly controllerMs: number;
  readonly beltMs: number;
}

/** One exchange from making both ends to their results, each call booked on its side. */
function exchangeOnce<C, B>(
  makeController: () => ControllerHandshake<C>,
  makeBelt: () => BeltHandshake<B>,
): Taken {
  const taken = { controllerMs: 0, beltMs: 0 };
  const onController = <R>(work: () => R): R => computing((ms) => (taken.controllerMs += ms), work);
  const onBelt = <R>(work: () => R): R => computing((ms) => (taken.beltMs += ms), work);
  const controller = onController(makeController);
  const belt = onBelt(makeBelt);
  let beltStep: HandshakeStep<B> = onBelt(() => belt.take(controller.hello));
  for (let turn = 0; turn < 2; turn++) {
    const { send } = beltStep;
    if (send === undefined) throw new Error('the belt has nothing to say');
    const step = onController(() => controller.take(send));
    if (step.status === 'done') return taken;
    if (step.status === 'failed') throw new Error(`the exchange failed: ${step.reason}`);
    beltStep = onBelt(() => belt.take(step.send));
  }
  throw new Error('the exchange did not end');
}

function exchangeFigures(what: string, atMost: number, once: () => Taken): readonly Figure[] {
  const all = Array.from({ length: EXCHANGE_ROUNDS }, once);
  return (['controllerMs', 'beltMs'] as const).map((side) => {
    const values = all.map((taken) => taken[side]);
    return {
      name: `${what}, computing on the ${side === 'beltMs' ? 'belt’s' : 'controller’s'} side`,
      value: Math.max(...values),
      unit: 'ms',
      floor: { atMost },
      note: `worst of ${values.length}, the first, cold one ${values[0]?.toFixed(1)}, median ${median(values).toFixed(2)}`,
    };
  });
}

function measureExchanges(): readonly Figure[] {
  const labelSecret = fresh(16);
  const longTermKey = fresh(32);
  const controllerId = fresh(8);
  const beltId = fresh(8);
  const bootEpoch = fresh(8);
  return [
    ...exchangeFigures('pairing', 50, () =>
      exchangeOnce(
        () => createPairingController({ labelSecret, controllerId, randomBytes: fresh }),
        () => createPairingBelt({ labelSecret, beltId, randomBytes: fresh, refuse: () => undefined }),
      ),
    ),
    ...exchangeFigures('session set-up', 15, () =>
      exchangeOnce(
        () => createSessionController({ longTermKey, controllerId, beltId, randomBytes: fresh }),
        () =>
          createSessionBelt({
            findKey: () => ({ ok: true, secret: longTermKey }),
            beltId,
            bootEpoch,
            randomBytes: fresh,
          }),
      ),
    ),
  ];
}

const nanosecondsOf = (work: () => void): number => {
  const startedAt = process.hrtime.bigint();
  for (let index = 0; index < FRAMES; index++) work();
  return Number(process.hrtime.bigint() - startedAt) / FRAMES;
};

/** The calls without which no frame can be sealed and opened, and nothing else: no copies, no counters, no checks. */
function createBareWork(): () => void {
  const key = createSecretKey(randomBytes(16));
  const nonce = randomBytes(13);
  const header = randomBytes(3);
  const body = randomBytes(9);
  const options = { authTagLength: 8 } as const;
  const aad = { plaintextLength: body.length };
  return () => {
    const cipher = createCipheriv('aes-128-ccm', key, nonce, options);
    cipher.setAAD(header, aad);
    const sealed = cipher.update(body);
    cipher.final();
    const tag = cipher.getAuthTag();
    const decipher = createDecipheriv('aes-128-ccm', key, nonce, options);
    decipher.setAuthTag(tag);
    decipher.setAAD(header, aad);
    if (decipher.update(sealed).length !== body.length) throw new Error('the bare cipher lost bytes');
    decipher.final();
  };
}

function createSealedWork(): () => void {
  const keys = createSessionKeys(fresh(40));
  const controller = createSealedEnvelope(keys, 'controller');
  const belt = createSealedEnvelope(keys, 'belt');
  const body = fresh(9);
  return () => {
    if (!belt.open(controller.seal(FRAME.lease, body, body.length)).ok)
      throw new Error('a frame was refused');
  };
}

/** Round by round beside each other, on a machine that others use, too. */
function measureFrames(): Figure {
  const bare = createBareWork();
  const sealed = createSealedWork();
  const bareNs: number[] = [];
  const sealedNs: number[] = [];
  const rounds = [
    (): void => void bareNs.push(nanosecondsOf(bare)),
    (): void => void sealedNs.push(nanosecondsOf(sealed)),
  ];
  for (let round = 0; round < FRAME_WARM_UP_ROUNDS; round++) {
    nanosecondsOf(bare);
    nanosecondsOf(sealed);
  }
  // Who goes first takes turns: what the machine does meanwhile falls on both.
  for (let round = 0; round < FRAME_ROUNDS; round++) for (const take of rounds.reverse()) take();
  return {
    name: 'seal and open a frame, against the bare cipher beside it',
    value: median(sealedNs.map((ns, round) => ns / (bareNs[round] ?? Number.NaN))),
    unit: '× bare',
    floor: { atMost: 1.3 },
    note: `${(median(sealedNs) / 1000).toFixed(1)} µs against ${(median(bareNs) / 1000).toFixed(1)} µs`,
  };
}

export function measureLock(planText: string): readonly Figure[] {
  // The exchanges first: the cold one is what a person waits for.
  const figures = [...measureExchanges(), measureFrames()];
  const openMs = measureOurShare();
  const sealedMs = measureOurShare(true);
  const plainSpeed = median(measureSpeed(planText, false));
  const speed = measureSpeed(planText, true);
  return [
    ...figures,
    {
      name: 'sealed simulation of a belt that was paired before',
      value: median(speed),
      unit: '× real',
      floor: { atLeast: 2500 },
      note: `best ${Math.round(Math.max(...speed))}; in the open beside it ${Math.round(plainSpeed)}`,
    },
    {
      name: 'stop to dark, our share, sealed',
      value: Math.max(...sealedMs),
      unit: 'ms',
      floor: { atMost: 2 },
      note: `worst of ${sealedMs.length}, median ${median(sealedMs).toFixed(2)}; in the open ${Math.max(...openMs).toFixed(2)}, ${median(openMs).toFixed(2)}`,
    },
  ];
}
