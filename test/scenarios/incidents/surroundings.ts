// Rows 18, 19, 21 and 22: clocks, disks, other belts and strangers.
import { createSimulatedBelt } from '../../../firmware-sim/simulated-belt.ts';
import { createVirtualClock, fixedWallClock } from '../../../src/clock.ts';
import type { DoseBookPort } from '../../../src/ledger/dose-book.ts';
import { program } from '../../firmware-sim/bench.ts';
import { connectController } from '../../firmware-sim/controller.ts';
import { createRig, startRig, type Rig } from '../../session/support/rig.ts';
import { withDefect, type FirmwareDefect } from './firmware-defect.ts';
import { BOOKED, isBooked, isLitAfter, over, type Incident, ONE_ZONE } from './incident.ts';

const HOUR_MS = 3_600_000;

const WALL_CLOCK_JUMP: Incident = {
  name: 'wall-clock-jump',
  defect: 'time on is what the calendar says',
  killedBy: 'the session runs as planned',
  play(isDefective, check) {
    for (const jumpMs of [HOUR_MS, -HOUR_MS, 400 * 24 * HOUR_MS]) {
      let offsetMs = 0;
      const calendar = fixedWallClock('2026-06-01T12:00:00.000Z');
      const clock = createVirtualClock();
      const rig = startRig({
        clock,
        program: ONE_ZONE,
        wallClock: {
          ...calendar,
          nowMs: () => calendar.nowMs() + clock.nowMs() + offsetMs,
          uptimeMs: () => clock.nowMs(),
        },
        ...(isDefective
          ? {
              wrapEvent: (event) => ({ ...event, atMs: event.atMs + offsetMs }),
              wrapClock: (inner) => ({ ...inner, nowMs: () => inner.nowMs() + offsetMs }),
            }
          : {}),
      });
      rig.run(4000);
      offsetMs = jumpMs;
      const outcome = over(rig, check);
      const dose = outcome?.zones[0];
      check('the session runs as planned', outcome?.outcome === 'completed' && outcome.hazards.length === 0);
      check('the dose is certain, and right', Math.abs((dose?.deliveredJPerCm2 ?? NaN) - 0.5) <= 0.005);
      check('its time is not the calendar’s', (outcome?.durationMs ?? NaN) < 30_000);
      check(BOOKED, isBooked(rig));
    }
  },
};

const DEVICE_CLOCK_LOSS: Incident = {
  name: 'device-clock-loss',
  defect: 'the dose is set power times what the device’s clock says has passed',
  killedBy: BOOKED,
  play(isDefective, check) {
    for (const fault of ['reboot', 'firmware-hang']) {
      let firstBeltMs = NaN;
      let beltMs = NaN;
      const byItsClock = (book: DoseBookPort): DoseBookPort => ({
        ...book,
        close(closing) {
          const doseJPerCm2 = Math.max(0, beltMs - firstBeltMs) * 50e-6;
          const zones = closing.zones.map((zone) => ({
            ...zone,
            deliveredJPerCm2: doseJPerCm2,
            deliveredUpperJPerCm2: doseJPerCm2,
          }));
          book.close({ ...closing, zones });
        },
      });
      const rig = startRig({
        program: ONE_ZONE,
        wrapEvent(event) {
          if (event.type !== 'belt.tick') return event;
          beltMs = event.report.beltTimeMs;
          if (event.report.emission && Number.isNaN(firstBeltMs)) firstBeltMs = beltMs;
          return event;
        },
        ...(isDefective ? { wrapBook: byItsClock } : {}),
      });
      rig.run(5000);
      rig.belt.inject(fault);
      const outcome = over(rig, check);
      check('the person is told', outcome !== undefined && outcome.exitCode !== 0);
      check('dark for good', !rig.belt.truth().emission);
      check(BOOKED, isBooked(rig));
    }
  },
};

const WRONG_BELT: Incident = {
  name: 'wrong-belt',
  defect: 'the bond is ignored: whoever answers is taken for the belt',
  killedBy: 'another belt never shines',
  play(isDefective, check) {
    const clock = createVirtualClock();
    const own = createSimulatedBelt({ clock, seed: 1 });
    const other = createSimulatedBelt({ clock, seed: 2 });
    let isSwapped = false;
    const rig = createRig({
      clock,
      belt: { ...own, connect: (central) => (isSwapped ? other : own).connect(central) },
      program: ONE_ZONE,
      isSealed: !isDefective,
    });
    isSwapped = true;
    rig.send({ type: 'operator.start' });
    let wasLit = false;
    for (let ms = 0; ms < 20_000; ms += 10) {
      rig.run(10);
      wasLit ||= other.truth().emission;
    }
    check('another belt never shines', !wasLit);
    const outcome = over(rig, check);
    check('it is refused', outcome?.emissionOff === 'neverOn' && outcome.exitCode !== 0);
  },
};

/** Says yes to everything and keeps nothing. */
const pretends =
  (isPretending: () => boolean, rig: () => Rig) =>
  (book: DoseBookPort): DoseBookPort => {
    const say = (event: Parameters<Rig['send']>[0]): void =>
      void rig().clock.setTimeout(() => rig().send(event), 2);
    const instead =
      <Args extends readonly unknown[]>(call: (...args: Args) => void, answer: (...args: Args) => void) =>
      (...args: Args): void =>
        (isPretending() ? answer : call)(...args);
    return {
      load: instead(book.load, () => say({ type: 'book.loaded', unfinished: [] })),
      allow: instead(book.allow, () => say({ type: 'book.allowed', course: null })),
      begin: instead(book.begin, () => say({ type: 'book.begun' })),
      reserve: instead(book.reserve, (_tag, step, ceiling) => say({ type: 'book.reserved', step, ceiling })),
      reconcile: instead(book.reconcile, (sessionTag) => say({ type: 'book.reconciled', sessionTag })),
      close: instead(book.close, () => say({ type: 'book.closed' })),
    };
  };

const FULL_BEFORE_START: Incident = {
  name: 'disk-full-before-start',
  defect: 'a log that cannot be written is no reason not to begin',
  killedBy: 'no book, no light',
  play(isDefective, check) {
    const rig: Rig = createRig({
      program: ONE_ZONE,
      ...(isDefective
        ? {
            wrapBook: pretends(
              () => true,
              () => rig,
            ),
          }
        : {}),
    });
    rig.book.breakDown('no space left on the device');
    rig.send({ type: 'operator.start' });
    const outcome = over(rig, check);
    check('no book, no light', !isLitAfter(rig, 0));
    check('told as H20', outcome?.hazard === 'H20' && outcome.emissionOff === 'neverOn');
  },
};

const FULL_WHILE_EMITTING: Incident = {
  name: 'disk-full-while-emitting',
  defect: 'the failed write is logged, and the light goes on',
  killedBy: BOOKED,
  play(isDefective, check) {
    for (const ms of [500, 2000, 6000]) {
      let isFull = false;
      const rig: Rig = startRig({
        program: ONE_ZONE,
        ...(isDefective
          ? {
              wrapBook: pretends(
                () => isFull,
                () => rig,
              ),
            }
          : {}),
      });
      rig.run(ms);
      isFull = true;
      rig.book.breakDown('no space left on the device');
      const outcome = over(rig, check);
      check('told as H20', outcome?.outcome === 'cutoff' && outcome.hazard === 'H20');
      check('confirmed dark', outcome?.emissionOff === 'confirmed');
      check(BOOKED, isBooked(rig));
    }
  },
};

const OBEYS_ANYONE: FirmwareDefect = {
  step(fw) {
    fw.lock.isLocked = false;
  },
};

const UNAUTHENTICATED: Incident = {
  name: 'unauthenticated-write',
  defect: 'the device obeys whoever is near',
  killedBy: 'a stranger gets no light out of it',
  play: (isDefective, check) =>
    withDefect(isDefective ? OBEYS_ANYONE : undefined, () => {
      const rig = createRig({ program: ONE_ZONE, isSealed: true });
      rig.run(100);
      const stranger = connectController(rig.belt);
      stranger.subscribe();
      const answers = [stranger.prepare(program()), stranger.arm(), stranger.command('poll')];
      stranger.grant = {};
      for (let ms = 0; ms < 5000; ms += 250) {
        rig.run(250);
        stranger.lease({ tick: ms / 250 });
      }
      check(
        'a stranger is not answered',
        answers.every((answer) => answer === undefined),
      );
      check('a stranger gets no light out of it', !isLitAfter(rig, 0));
      stranger.link.disconnect();
      rig.run(12_000);
      if (isDefective) return;
      rig.send({ type: 'operator.start' });
      rig.until('emitting');
      rig.run(2000);
      const second = connectController(rig.belt);
      second.subscribe();
      for (const op of ['pause', 'clear', 'prepare'] as const) second.command(op);
      second.lease({ zones: 0 });
      rig.run(1000);
      check('a stranger does not disturb the session', rig.session.view().state === 'emitting');
      check('lit all the while', rig.belt.truth().emission);
      second.stop(Uint8Array.of(1, 2, 3));
      check('anybody may stop it', !rig.belt.truth().emission);
      over(rig, check);
      check(BOOKED, isBooked(rig));
    }),
};

export const SURROUNDING_INCIDENTS: readonly Incident[] = [
  WALL_CLOCK_JUMP,
  DEVICE_CLOCK_LOSS,
  WRONG_BELT,
  FULL_BEFORE_START,
  FULL_WHILE_EMITTING,
  UNAUTHENTICATED,
];
