// One random session: a random program, at most one fault, and a person or a machine that does what it likes at random
// moments. What was true is judged from the truth samples alone, by the invariants of the session's specification.
import { createRandom, type Random } from '../../firmware-sim/random.ts';
import { createSimulatedBelt, type TruthSample } from '../../firmware-sim/simulated-belt.ts';
import type { BeltPort } from '../../src/belt/belt.ts';
import { createVirtualClock, type VirtualClock } from '../../src/clock.ts';
import { createRig, programOf, TAG, zoneOf, type Part, type Rig } from '../session/support/rig.ts';
import { judgeDose, judgeLight, LEASE_MS, STEP_MS, type Watch } from './judge.ts';

export interface RandomRun {
  readonly seed: number;
  readonly story: string;
  readonly violations: readonly string[];
  readonly outcome: string;
}

const WATCHDOG_MS = 110;
/** A pause of ten minutes, its countdown, and every wait of the way out. */
const RUN_MAX_MS = 13 * 60_000;
const AFTER_MS = 3000;
const SECOND_TAG = '00112233445566bb';

const chance = (random: Random, share: number): boolean => random.next() < share;
const between = (random: Random, low: number, high: number): number => low + random.next() * (high - low);
const oneOf = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)] as T;

function randomProgram(random: Random): readonly Part[] {
  const parts: Part[] = [];
  const steps = 1 + random.below(2);
  for (let step = 0; step < steps; step++) {
    const zones = [0, 1, 2, 3].filter(() => chance(random, 0.6));
    if (zones.length === 0) zones.push(random.below(4));
    if (step > 0 && chance(random, 0.5)) parts.push({ restMs: Math.round(between(random, 200, 4000)) });
    parts.push(
      zones.map((zone) =>
        zoneOf(zone, {
          irradianceMwPerCm2: Math.round(between(random, 20, 60)),
          radiantExposureJPerCm2: Math.round(between(random, 5, 60)) / 100,
          rampUpS: oneOf(random, [0, 0.5, 1, 3]),
          rampDownS: oneOf(random, [0, 0.5, 1]),
        }),
      ),
    );
  }
  return parts;
}

const FAULTS: readonly ((random: Random) => string)[] = [
  (r) => `contact-lost@T:zone=L${1 + r.below(4)},for=${100 + r.below(4000)}ms`,
  () => 'contact-lost@T',
  () => 'over-temperature@T:celsius=44',
  () => 'temperature-sensor-open@T',
  (r) => `emitter-stuck-on@T:zone=L${1 + r.below(4)},wavelength=808`,
  (r) => `emitter-dead@T:zone=L${1 + r.below(4)}`,
  (r) => `emitter-gain@T:factor=${(0.3 + r.next() * 2.2).toFixed(2)}`,
  (r) => `feedback-open@T:zone=L${1 + r.below(4)}`,
  (r) => `monitor-gain@T:factor=${(0.3 + r.next() * 1.5).toFixed(2)}`,
  () => 'monitor-open@T',
  (r) => `link-drop@T:for=${r.below(15_000)}ms`,
  (r) => `link-stall@T:for=${100 + r.below(6000)}ms`,
  (r) => `link-stall@T:for=${100 + r.below(3000)}ms,direction=to-belt`,
  (r) => `link-stall@T:for=${100 + r.below(3000)}ms,direction=to-central`,
  (r) => `frame-loss@T:rate=${(0.1 + r.next() * 0.8).toFixed(2)},for=${500 + r.below(8000)}ms`,
  (r) => `frame-loss@boot+2s:rate=${(0.1 + r.next() * 0.5).toFixed(2)}`,
  (r) => `frame-corrupt@T:rate=${(0.01 + r.next() * 0.3).toFixed(2)}`,
  () => 'frame-duplicate@boot+0s:rate=0.5',
  (r) =>
    `answer-lost:op=${oneOf(r, ['prepare', 'arm', 'pause', 'resume'])},effect=${oneOf(r, ['before', 'after'])},count=${1 + r.below(3)}`,
  (r) => `clock-drift@T:percent=${(r.next() * 30 - 15).toFixed(1)}`,
  () => 'firmware-hang@T',
  (r) => `reboot@T:for=${300 + r.below(15_000)}ms`,
  () => 'battery-low@T:percent=8',
  () => 'charging@T',
  () => 'record-lost@T:counters=reset',
  () => 'firmware-hang@boot+3s',
  () => 'link-drop@boot+4s',
  (r) => `link-stall@boot+${(2 + r.next() * 5).toFixed(1)}s:for=${100 + r.below(6000)}ms`,
];

type Act = 'stop' | 'pause' | 'resume' | 'pauseResume' | 'abandon' | 'kill' | 'freeze' | 'disk';
const ACTS: readonly Act[] = [
  'stop',
  'pause',
  'resume',
  'pauseResume',
  'pauseResume',
  'abandon',
  'kill',
  'freeze',
  'disk',
];

/** Notes what the controller grants. */
const watchBelt =
  (clock: VirtualClock, watch: Watch) =>
  (belt: BeltPort): BeltPort => ({
    ...belt,
    arm(consent) {
      watch.armedAtMs.push(clock.nowMs());
      belt.arm(consent);
    },
    lease(request) {
      if (request.zones !== 0) watch.litLeasesAtMs.push(clock.nowMs());
      belt.lease(request);
    },
  });

function act(rig: Rig, what: Act, watch: Watch): void {
  const atMs = rig.clock.nowMs();
  switch (what) {
    case 'stop':
      rig.send({ type: 'operator.stop', cause: 'stopCommand' });
      break;
    case 'abandon':
      rig.send({ type: 'operator.abandon' });
      break;
    case 'pause':
    case 'pauseResume':
      if (!['emitting', 'countdown', 'paused'].includes(rig.session.view().state)) return;
      rig.send({ type: 'operator.pause' });
      watch.acts.push({ act: 'pause', atMs });
      return;
    case 'resume':
      rig.send({ type: 'operator.resume' });
      break;
    case 'kill':
      rig.freeze();
      rig.belt.inject('link-drop');
      break;
    case 'freeze':
      rig.freeze();
      break;
    case 'disk':
      rig.book.breakDown('no space left on the device');
      break;
  }
  watch.acts.push({ act: what, atMs });
}

/** Runs until the session is over or dead; false when it outlives every bound. */
function runOut(rig: Rig, isDead: () => boolean): boolean {
  for (let ms = 0; ms < RUN_MAX_MS && rig.outcomes.length === 0 && !isDead(); ms += 50) rig.run(50);
  return rig.outcomes.length > 0 || isDead();
}

export function runRandomSession(seed: number): RandomRun {
  const random = createRandom(seed, 'scenario');
  const clock = createVirtualClock();
  const truth: TruthSample[] = [];
  const parts = randomProgram(random);
  const fault = chance(random, 0.75)
    ? oneOf(random, FAULTS)(random).replace('@T', `@${between(random, 0, 8).toFixed(2)}s`)
    : undefined;
  const belt = createSimulatedBelt({ clock, seed, onTruth: (line) => void truth.push(line) });
  clock.advance(2000);
  const injected = fault === undefined ? undefined : belt.inject(fault);
  const watch: Watch = { litLeasesAtMs: [], armedAtMs: [], acts: [] };
  const wrapBelt = watchBelt(clock, watch);
  const program = programOf(parts);
  const bookLatencyMs = oneOf(random, [0, 2, 20, 200, 900]);
  const rig = createRig({ clock, belt, seed, program, wrapBelt, bookLatencyMs });
  const rigs = [rig];
  const violations: string[] = injected?.ok === false ? [injected.message] : [];
  const script: string[] = [];
  let dead = false;
  const actCount = chance(random, 0.75) ? 1 + random.below(3) : 0;
  for (let index = 0; index < actCount; index++) {
    const what = oneOf(random, ACTS);
    const atMs = Math.round(between(random, 0, 18_000));
    const againMs = Math.round(between(random, 0, 2500));
    script.push(`${what}@${atMs}${what === 'pauseResume' ? `+${againMs}` : ''}`);
    clock.setTimeout(() => {
      if (dead || rig.outcomes.length > 0) return;
      act(rig, what, watch);
      if (what === 'kill' || what === 'freeze') dead = true;
      if (what !== 'pauseResume') return;
      clock.setTimeout(() => {
        if (!dead && rig.outcomes.length === 0) act(rig, 'resume', watch);
      }, againMs);
    }, atMs);
  }
  const resumes = clock.setTimeout(function again() {
    // Somebody who wants to get on with it.
    if (!dead && rig.outcomes.length === 0 && rig.session.view().state === 'paused' && chance(random, 0.5))
      act(rig, 'resume', watch);
    if (!dead && rig.outcomes.length === 0) clock.setTimeout(again, 7000);
  }, 12_000);
  rig.send({ type: 'operator.start' });
  if (!runOut(rig, () => dead)) violations.push(`not over: ${rig.states.join(' ')}`);
  clock.clearTimeout(resumes);
  const [outcome] = rig.outcomes;
  const isWelded = false;
  if (outcome?.emissionOff === 'confirmed' && belt.truth().emission && !isWelded)
    violations.push('confirmed, and it shines');
  if (outcome?.emissionOff === 'neverOn' && truth.some((line) => line.emission))
    violations.push('neverOn, and it shone');
  clock.advance(AFTER_MS);
  const overAtMs = clock.nowMs() - AFTER_MS + LEASE_MS + STEP_MS;
  if (truth.some((line) => line.emission && line.atMs > overAtMs)) violations.push('light after the end');
  const isLinkSound = fault === undefined || !/link|frame|answer|reboot|hang|drift/.test(fault);
  // The belt measures its lease with its own clock: with a slow one, the lease is that much longer. A firmware that hangs
  // at the lease's end is darkened by the watchdog.
  const leaseMs =
    fault?.startsWith('clock-drift') === true
      ? LEASE_MS * 1.18
      : fault?.startsWith('firmware-hang') === true
        ? LEASE_MS + WATCHDOG_MS
        : LEASE_MS;
  violations.push(...judgeLight(truth, watch, isLinkSound, leaseMs));
  // A stuck emitter and a dead controller or book are two faults at once.
  const isBookDead = dead || watch.acts.some(({ act: what }) => what === 'disk');
  const isTwice = isBookDead && fault?.startsWith('emitter-stuck') === true;
  if (!isTwice) violations.push(...judgeDose(rigs, parts, fault));
  let second = '';
  if (
    violations.length === 0 &&
    !/stuck|gain|open|dead|temperature|lost|drift|battery|charging/.test(fault ?? '')
  ) {
    // The next start reconciles before it arms; nobody arms, so nothing may shine.
    if (dead) belt.inject('link-drop');
    rig.freeze();
    clock.advance(20_000);
    const next = createRig({
      clock,
      belt,
      program,
      bookLines: rig.book.lines(),
      isArmedByItself: false,
      input: { sessionTag: SECOND_TAG },
    });
    next.send({ type: 'operator.start' });
    for (
      let ms = 0;
      ms < 30_000 && next.session.view().state !== 'ready' && next.outcomes.length === 0;
      ms += 50
    )
      next.run(50);
    next.send({ type: 'operator.stop', cause: 'stopCommand' });
    second = ` then ${next.states.join('>')} ${next.outcomes[0]?.message ?? ''}`;
    violations.push(...judgeDose([rig, next], parts, fault).map((words) => `reconciled: ${words}`));
  }
  return {
    seed,
    story: `${fault ?? 'no fault'}; ${script.join(' ')}; latency ${bookLatencyMs}; ${rig.states.join('>')} ${JSON.stringify(outcome ? { o: outcome.outcome, off: outcome.emissionOff, h: outcome.hazard, x: outcome.exitCode, m: outcome.message } : null)}${second}; tag ${TAG}`,
    violations,
    outcome: outcome?.outcome ?? 'dead',
  };
}
