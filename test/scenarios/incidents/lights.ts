// Rows 14 to 16 and 20: emitters, monitors and pulses that are not what they are said to be.
import { createRig, programOf, startRig, zoneOf, type Rig } from '../../session/support/rig.ts';
import { withDefect, type FirmwareDefect } from './firmware-defect.ts';
import { BOOKED, isBooked, over, type Check, type Incident, ONE_ZONE } from './incident.ts';

/** Looks at the truth of L1 at 808 nm after every step of the belt. */
function watch(rig: Rig, forMs: number, look: (irradianceMwPerCm2: number, atMs: number) => void): void {
  for (let ms = 0; ms < forMs; ms += 10) {
    rig.run(10);
    look(
      rig.belt.physics.optics.powerMw[0]! / rig.belt.physics.optics.board.emitterAreaCm2[0]!,
      rig.clock.nowMs(),
    );
  }
}

const IN_BOUND = 'at full power for a tenth of a second at most';

const RUNAWAY: Incident = {
  name: 'photodiode-open-runaway',
  defect: 'the driver believes its photodiode and nobody watches the light',
  killedBy: IN_BOUND,
  play: (isDefective, check) =>
    withDefect(isDefective ? { blindTo: [7, 8, 9] } : undefined, () => {
      for (const afterMs of [0, 2000, 2060, 2130, 2210]) {
        const rig = startRig({ program: ONE_ZONE });
        rig.run(afterMs);
        rig.belt.inject('feedback-open:zone=L1');
        let runawayMs = 0;
        watch(rig, 3000, (irradiance) => (runawayMs += irradiance > 50 * 1.5 ? 10 : 0));
        check(IN_BOUND, runawayMs <= 110);
        const outcome = over(rig, check);
        check('told as H07 or H08', outcome?.hazard === 'H08' || outcome?.hazard === 'H07');
        check(BOOKED, isBooked(rig));
      }
    }),
};

const PULSED = programOf([[zoneOf(0, { pulseFrequencyHz: 40, dutyCycle: 0.5, irradianceMwPerCm2: 40 })]]);

const TWICE_AS_FAST: FirmwareDefect = {
  step(fw) {
    for (const entry of fw.entries) fw.board.driverFrequencyHz[entry.emitter] = entry.frequencyHz * 2;
  },
};

const DOUBLE_FREQUENCY: Incident = {
  name: 'double-frequency',
  defect: 'every session pulses at twice the frequency that was set',
  killedBy: 'the true frequency is the one that was set',
  play: (isDefective, check) =>
    withDefect(isDefective ? TWICE_AS_FAST : undefined, () => {
      const rig = startRig({ program: PULSED });
      over(rig, check);
      const seen = rig.truth.flatMap((line) =>
        line.emission ? [line.zones[0]?.pulseFrequencyHz ?? NaN] : [],
      );
      // The first step of light is judged as well.
      check('there was light', seen.length > 50);
      check(
        'the true frequency is the one that was set',
        seen.slice(1).every((hertz) => hertz === 40),
      );
      check(BOOKED, isBooked(rig));
    }),
};

/** 150 ms at full power when the last zone is done. */
function createTail(): FirmwareDefect {
  let fromMs = NaN;
  return {
    step(fw) {
      if (fw.state !== 'ended' || fw.entries.length === 0) return;
      if (Number.isNaN(fromMs)) fromMs = fw.nowMs;
      const isOn = fw.nowMs - fromMs < 150;
      if (!isOn && !fw.board.masterClosed) return;
      fw.board.masterClosed = isOn;
      fw.board.driverMw[0] = isOn ? fw.board.emitterPowerMaxMw[0]! : 0;
    },
  };
}

const FULL_POWER_TAIL: Incident = {
  name: 'full-power-tail',
  defect: 'the end of a command is a burst at full power',
  killedBy: 'never above what is set, to the last step',
  play(isDefective, check) {
    for (const rampDownS of [0, 0.5, 2])
      withDefect(isDefective ? createTail() : undefined, () => {
        const rig = startRig({ program: programOf([[zoneOf(0, { rampDownS })]]) });
        let before = Infinity;
        watch(rig, 16_000, (irradiance, atMs) => {
          check('never above what is set, to the last step', irradiance <= 50 * 1.01);
          // In the last second of the light nothing rises any more.
          const isFalling =
            rampDownS > 0 && atMs > 0 && before < 45 && rig.session.view().state !== 'emitting';
          if (isFalling) check('the ramp down only falls', irradiance <= before * 1.001);
          before = irradiance;
        });
        check('completed', over(rig, check)?.outcome === 'completed');
        check(BOOKED, isBooked(rig));
      });
  },
};

/** Emitters as surveys found them, from the beginning or from the middle of the light on. */
function survey(
  factors: readonly number[],
  isDefective: boolean,
  judge: (rig: Rig, factor: number) => void,
): void {
  for (const factor of factors)
    for (const afterMs of [0, 2000, 4000]) {
      const rig = createRig({ program: ONE_ZONE });
      rig.send({ type: 'operator.start' });
      rig.until(afterMs === 0 ? 'countdown' : 'emitting');
      rig.run(afterMs);
      rig.belt.inject(factor === 0 ? 'emitter-dead:zone=L1' : `emitter-gain:zone=L1,factor=${factor}`);
      // Without a monitor, what is set is taken for what shines.
      if (isDefective) rig.belt.physics.optics.faultMonitorGain[0] = 1 / factor;
      judge(rig, factor);
    }
}

const NO_MONITOR = 'there is no monitor: time and set power are the dose';

function judgeEnd(rig: Rig, check: Check, hazards: readonly string[]): void {
  const outcome = over(rig, check);
  check('the person is told', outcome?.outcome === 'cutoff' && hazards.includes(outcome.hazard ?? ''));
  check('confirmed dark', outcome?.emissionOff === 'confirmed');
  check(BOOKED, isBooked(rig));
}

const DEAD_EMITTER: Incident = {
  name: 'dead-emitter',
  defect: NO_MONITOR,
  killedBy: 'the person is told',
  play: (isDefective, check) => survey([0, 0.001, 0.05], isDefective, (rig) => judgeEnd(rig, check, ['H09'])),
};

const STRONG_EMITTER: Incident = {
  name: '230-percent-emitter',
  defect: NO_MONITOR,
  killedBy: 'no more than what was prescribed',
  play: (isDefective, check) =>
    survey([2.3], isDefective, (rig) => {
      judgeEnd(rig, check, ['H07', 'H08']);
      check('no more than what was prescribed', (rig.delivered().get('L1/808') ?? NaN) <= 0.5 * 1.01);
    }),
};

export const LIGHT_INCIDENTS: readonly Incident[] = [
  RUNAWAY,
  DOUBLE_FREQUENCY,
  FULL_POWER_TAIL,
  DEAD_EMITTER,
  STRONG_EMITTER,
];
