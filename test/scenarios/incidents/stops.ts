// Rows 5, 13 and 17: a STOP overtakes everything, and whatever never answers is not waited for without end.
import type { BeltPort } from '../../../src/belt/belt.ts';
import { createVirtualClock, type Clock } from '../../../src/clock.ts';
import type { StopCause } from '../../../src/session/events.ts';
import { createRig, startRig, type Rig } from '../../session/support/rig.ts';
import { withDefect, type FirmwareDefect } from './firmware-defect.ts';
import { BOOKED, ENDS, isBooked, isLitAfter, over, type Check, type Incident, ONE_ZONE } from './incident.ts';
import { tapInto } from './tap.ts';

const AT_ONCE = 'dark at once';
/** One firmware step. */
const STEP_MS = 10;

function stopAndJudge(rig: Rig, check: Check, cause: StopCause = 'stopCommand'): void {
  check('lit before the stop', rig.belt.truth().emission);
  rig.send({ type: 'operator.stop', cause });
  rig.run(STEP_MS);
  check(AT_ONCE, !rig.belt.truth().emission);
  const outcome = over(rig, check);
  check('confirmed, and told', outcome?.outcome === 'stopped' && outcome.emissionOff === 'confirmed');
  check(BOOKED, isBooked(rig));
}

const STOP_WHILE_STUCK: Incident = {
  name: 'stop-while-stuck',
  defect: 'a stop waits until the running command has its answer',
  killedBy: AT_ONCE,
  play(isDefective, check) {
    for (const ms of [2020, 2100, 2180]) {
      let isWaiting = false;
      let afterwards: (() => void) | undefined;
      const waits = (belt: BeltPort): BeltPort => ({
        ...belt,
        pause() {
          isWaiting = true;
          belt.pause();
        },
        stop() {
          if (isWaiting) afterwards = () => belt.stop();
          else belt.stop();
        },
      });
      const rig = startRig({
        program: ONE_ZONE,
        faults: ['answer-lost:op=pause,effect=before,count=9'],
        ...(isDefective ? { wrapBelt: waits } : {}),
        wrapEvent(event) {
          if (event.type === 'belt.answered' && event.op === 'pause') {
            isWaiting = false;
            afterwards?.();
          }
          return event;
        },
      });
      rig.run(ms);
      rig.send({ type: 'operator.pause' });
      rig.run(20);
      stopAndJudge(rig, check);
    }
  },
};

const SLOW_WRITE_MS = 400;

const STOP_PREEMPTS: Incident = {
  name: 'stop-does-not-preempt',
  defect: 'a stop takes its place at the end of the queue of writes',
  killedBy: AT_ONCE,
  play(isDefective, check) {
    let busyUntilMs = 0;
    let isRadioSlow = false;
    const clock = createVirtualClock();
    const rig = startRig({
      clock,
      program: ONE_ZONE,
      wrapPeripheral: (belt) =>
        tapInto(belt, {
          onWrite(characteristic, _bytes, pass) {
            const nowMs = clock.nowMs();
            const isSlow = characteristic === 'controlPoint' && isRadioSlow;
            if (isSlow) busyUntilMs = nowMs + SLOW_WRITE_MS;
            const queues = isSlow || (isDefective && characteristic === 'stop');
            if (queues && busyUntilMs > nowMs) clock.setTimeout(pass, busyUntilMs - nowMs);
            else pass();
          },
        }).peripheral,
    });
    rig.run(2020);
    isRadioSlow = true;
    rig.send({ type: 'operator.pause' });
    rig.run(20);
    isRadioSlow = false;
    stopAndJudge(rig, check);
  },
};

const STOP_ON_SHUTDOWN: Incident = {
  name: 'stop-on-shutdown',
  defect: 'the process goes and leaves the device as it is',
  killedBy: AT_ONCE,
  play(isDefective, check) {
    const goesSilently = (belt: BeltPort): BeltPort => ({
      ...belt,
      stop: () => undefined,
      close: () => undefined,
    });
    const wrapBelt = isDefective ? { wrapBelt: goesSilently } : {};
    for (const cause of ['terminate', 'hangup', 'interrupt'] as const) {
      const rig = startRig({ program: ONE_ZONE, ...wrapBelt });
      rig.run(2000);
      stopAndJudge(rig, check, cause);
    }
    // Told twice: it does not wait for the belt, but the stop still goes first.
    const rig = startRig({ program: ONE_ZONE, ...wrapBelt });
    rig.run(2000);
    rig.send({ type: 'operator.abandon' });
    rig.run(STEP_MS);
    check(AT_ONCE, !rig.belt.truth().emission);
    over(rig, check);
    check(BOOKED, isBooked(rig));
  },
};

/** Reports first: the light goes 300 ms later. */
function createLateAbort(): FirmwareDefect {
  let untilMs = Infinity;
  let isOver = false;
  return {
    step(fw) {
      if (!fw.stopLatched) return;
      if (untilMs === Infinity) untilMs = fw.nowMs + 300;
      const isOn = fw.nowMs < untilMs;
      if (!isOn && isOver) return;
      isOver = !isOn;
      fw.board.masterClosed = isOn;
      fw.board.driverMw[0] = isOn ? 50 : 0;
    },
  };
}

const ABORT_AFTER_REPORT: Incident = {
  name: 'abort-after-report',
  defect: 'the abort is reported before anything is switched off',
  killedBy: 'a belt that says off is off',
  play: (isDefective, check) =>
    withDefect(isDefective ? createLateAbort() : undefined, () => {
      let saidOffAtMs = Infinity;
      const rig = startRig({
        program: ONE_ZONE,
        wrapEvent(event) {
          if (event.type === 'belt.tick' && event.report.stopLatched && !event.report.emission)
            saidOffAtMs = Math.min(saidOffAtMs, event.atMs);
          return event;
        },
      });
      rig.run(2000);
      rig.send({ type: 'operator.stop', cause: 'stopCommand' });
      over(rig, check);
      rig.run(1000);
      check('the belt has said off', saidOffAtMs < Infinity);
      check('a belt that says off is off', !isLitAfter(rig, saidOffAtMs));
    }),
};

const DELAY_UNINTERRUPTIBLE: Incident = {
  name: 'delay-uninterruptible',
  defect: 'while the start is delayed nothing is heard',
  killedBy: 'a stop in the countdown is obeyed within a step',
  play(isDefective, check) {
    for (const ms of [50, 1500, 2900]) {
      const rig: Rig = createRig({
        program: ONE_ZONE,
        wrapPeripheral: (belt) =>
          tapInto(belt, {
            onWrite(characteristic, _bytes, pass) {
              const hear = (): void => {
                if (belt.advert().state === 'countdown') rig.clock.setTimeout(hear, STEP_MS);
                else pass();
              };
              if (isDefective && characteristic === 'stop') hear();
              else pass();
            },
          }).peripheral,
      });
      rig.send({ type: 'operator.start' });
      rig.until('countdown');
      rig.run(110 + ms);
      check('in the countdown', rig.belt.advert().state === 'countdown');
      rig.send({ type: 'operator.stop', cause: 'interrupt' });
      rig.run(STEP_MS);
      check('a stop in the countdown is obeyed within a step', rig.belt.advert().state === 'ended');
      const outcome = over(rig, check);
      check('confirmed, and never lit', outcome?.emissionOff !== 'unconfirmed' && !isLitAfter(rig, 0));
    }
  },
};

const withoutTimers = (clock: Clock): Clock => ({
  nowMs: () => clock.nowMs(),
  setTimeout: () => ({}),
  clearTimeout: () => undefined,
});

const CALLS = ['open', 'prepare', 'arm', 'readRecord', 'pause', 'stop'] as const;

const NEVER_SETTLES: Incident = {
  name: 'gatt-op-never-settles',
  defect: 'what was asked of the radio is waited for without a time limit',
  killedBy: ENDS,
  play(isDefective, check) {
    for (const call of CALLS) {
      const rig = createRig({
        program: ONE_ZONE,
        wrapBelt: (belt) => ({ ...belt, [call]: () => undefined }),
        ...(isDefective ? { wrapClock: withoutTimers } : {}),
      });
      rig.send({ type: 'operator.start' });
      rig.run(6000);
      if (call === 'pause') rig.send({ type: 'operator.pause' });
      if (call === 'stop') rig.send({ type: 'operator.stop', cause: 'stopCommand' });
      const outcome = over(rig, check, 15 * 60_000);
      check('the end is dark', !rig.belt.truth().emission);
      if (call === 'stop') check('nobody claims what nobody knows', outcome?.emissionOff !== 'confirmed');
      check(BOOKED, isBooked(rig));
    }
  },
};

export const STOP_INCIDENTS: readonly Incident[] = [
  STOP_WHILE_STUCK,
  STOP_PREEMPTS,
  STOP_ON_SHUTDOWN,
  ABORT_AFTER_REPORT,
  DELAY_UNINTERRUPTIBLE,
  NEVER_SETTLES,
];
