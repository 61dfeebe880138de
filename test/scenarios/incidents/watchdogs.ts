// Rows 11 and 12: who notices that nobody is in charge any more, and when.
import type { Clock } from '../../../src/clock.ts';
import type { LeaseRequest } from '../../../src/belt/belt.ts';
import { startRig } from '../../session/support/rig.ts';
import { withDefect, type FirmwareDefect } from './firmware-defect.ts';
import { BOOKED, isBooked, isLitAfter, over, type Check, type Incident, ONE_ZONE } from './incident.ts';

const DARK_IN_TIME = 'dark within a second and a step of the controller’s last sign';
const BOUND_MS = 1010;
const PHASES_MS = [0, 37, 83, 121, 168, 209, 249] as const;

/** The controller stands still at every phase of its rhythm. */
function freezeAtEachPhase(check: Check): void {
  for (const phaseMs of PHASES_MS) {
    const rig = startRig({ program: ONE_ZONE });
    rig.run(2000 + phaseMs);
    rig.freeze();
    const atMs = rig.clock.nowMs();
    rig.run(8000);
    check(DARK_IN_TIME, !isLitAfter(rig, atMs + BOUND_MS));
    check(BOOKED, isBooked(rig));
  }
}

const TWICE: FirmwareDefect = {
  step(fw) {
    if (fw.leaseTaken) fw.leaseEndMs = fw.tickTimes[fw.leaseTick % fw.tickTimes.length]! + 2000;
  },
};
const OFF_BY_DEFAULT: FirmwareDefect = {
  blindTo: [13],
  step(fw) {
    if (fw.leaseTaken) fw.leaseEndMs = Infinity;
  },
};

const WATCHDOG_2T: Incident = {
  name: 'watchdog-2T',
  defect: 'the watchdog looks once per period, so that it bites after two',
  killedBy: DARK_IN_TIME,
  play: (isDefective, check) => withDefect(isDefective ? TWICE : undefined, () => freezeAtEachPhase(check)),
};

const WATCHDOG_OFF: Incident = {
  name: 'watchdog-default-off',
  defect: 'the watchdog is there and nobody has switched it on',
  killedBy: DARK_IN_TIME,
  play: (isDefective, check) =>
    withDefect(isDefective ? OFF_BY_DEFAULT : undefined, () => freezeAtEachPhase(check)),
};

/** The watchdog is asked for under a name that nobody reads: no timer is ever set. */
const withoutTimers = (clock: Clock): Clock => ({
  nowMs: () => clock.nowMs(),
  setTimeout: () => ({}),
  clearTimeout: () => undefined,
});

const WATCHDOG_TYPO: Incident = {
  name: 'watchdog-option-typo',
  defect: 'the time limit of the telemetry is set under a wrong name and never arms',
  killedBy: 'silence of the belt is noticed within a second',
  play(isDefective, check) {
    for (const phaseMs of PHASES_MS) {
      const rig = startRig({ program: ONE_ZONE, ...(isDefective ? { wrapClock: withoutTimers } : {}) });
      rig.run(2000 + phaseMs);
      rig.belt.inject('link-stall:for=120s,direction=to-central');
      rig.run(1000);
      const { state } = rig.session.view();
      check('silence of the belt is noticed within a second', state !== 'emitting');
      const outcome = over(rig, check);
      check('over, and unconfirmed', outcome?.hazard === 'H14' && outcome.emissionOff === 'unconfirmed');
      check(BOOKED, isBooked(rig));
    }
  },
};

const KEEP_ALIVE_MS = 250;

const KEEP_ALIVE: Incident = {
  name: 'keepalive-replays-output',
  defect: 'a timer of its own says the last output again, whoever is still there',
  killedBy: DARK_IN_TIME,
  play(isDefective, check) {
    for (const phaseMs of PHASES_MS) {
      let newestTick = 0;
      let replay: () => void = () => undefined;
      const rig = startRig({
        program: ONE_ZONE,
        wrapEvent(event) {
          if (event.type === 'belt.tick') newestTick = event.report.tick;
          return event;
        },
        wrapBelt: (belt) => ({
          ...belt,
          lease(request: LeaseRequest) {
            replay = () => belt.lease({ ...request, tick: newestTick });
            belt.lease(request);
          },
        }),
      });
      const keepAlive = (): void => {
        replay();
        rig.clock.setTimeout(keepAlive, KEEP_ALIVE_MS);
      };
      if (isDefective) keepAlive();
      rig.run(2000 + phaseMs);
      rig.freeze();
      const atMs = rig.clock.nowMs();
      rig.run(8000);
      check(DARK_IN_TIME, !isLitAfter(rig, atMs + BOUND_MS));
      check(BOOKED, isBooked(rig));
    }
  },
};

export const WATCHDOG_INCIDENTS: readonly Incident[] = [WATCHDOG_2T, WATCHDOG_OFF, WATCHDOG_TYPO, KEEP_ALIVE];
