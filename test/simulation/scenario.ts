// A run as data: everything that a seed decides. What is not in here does not happen, so that leaving parts out is all
// that shrinking needs, and a scenario that fails can be kept as a file.
import type { Part } from '../session/support/rig.ts';
import type { SlowHazard } from './oracle/slow-hazards.ts';

export interface Moment {
  /** Since the person started the session, or since its first light. */
  readonly from: 'start' | 'light';
  readonly ms: number;
}

export type Act =
  /** As `belt.inject` takes it, always with an end. */
  | { readonly kind: 'fault'; readonly spec: string }
  | { readonly kind: 'stop' }
  | { readonly kind: 'abandon' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** Somebody else nearby, without a key, writes any bytes to the stop characteristic. */
  | { readonly kind: 'strangerStop' }
  /** SIGKILL. The radio notices after `linkMs`; a write under way is on the disk or it is not. */
  | { readonly kind: 'kill'; readonly linkMs: number; readonly isWriteKept: boolean }
  /** SIGSTOP, or an event loop that is blocked. */
  | { readonly kind: 'freeze'; readonly forMs: number }
  /** The machine sleeps: its monotonic clock stands still, and its radio is off. */
  | { readonly kind: 'suspend'; readonly forMs: number }
  | { readonly kind: 'diskFull' }
  | { readonly kind: 'diskHang'; readonly forMs: number }
  | { readonly kind: 'wallJump'; readonly byMs: number }
  /** The link breaks at the next command, before the belt heard it or after it took effect. */
  | { readonly kind: 'cutCommand'; readonly effect: 'before' | 'after' }
  /** The firmware is so busy that it hears everything but a stop so much later. */
  | { readonly kind: 'slowFirmware'; readonly forMs: number; readonly byMs: number }
  /** Hours in which nothing is simulated. */
  | { readonly kind: 'pass'; readonly ms: number }
  /** Somebody in the middle damages so many leases. */
  | { readonly kind: 'forge'; readonly count: number }
  /** From now on any light is too much. */
  | { readonly kind: 'mustStayDark' };

export interface Deed {
  readonly at: Moment;
  readonly act: Act;
}

export interface Air {
  readonly delayMs: number;
  readonly jitterMs: number;
  /** Share of the frames that others overtake. */
  readonly reorderRate: number;
}

export interface Person {
  /** From the question to the answer; Infinity never answers. */
  readonly armAfterMs: number;
  /** How long a pause lasts until somebody gets on with it; Infinity waits for nobody. */
  readonly resumeAfterMs: number;
  readonly consent: 'atController' | 'beltButton';
  /** What the person does when all faults are over and the session is not. */
  readonly atTheEnd: 'stop' | 'wait' | 'resume';
  /** After a session that did not complete: another start, with another tag, so long after. */
  readonly restartAfterMs: number;
}

export interface Disk {
  readonly latencyMs: number;
  readonly jitterMs: number;
}

/** What is otherwise than in a usual session; only the table of hazards has it. */
export interface Given {
  /** The hazard that a judge of its own looks for. */
  readonly witness?: SlowHazard;
  /** What the belt says of itself: another program than was meant, another belt, or that it is no simulated one. */
  readonly lie?: 'program' | 'belt' | 'real';
  readonly isScreened?: boolean;
  readonly isPresenceAssumed?: boolean;
  /** Another session even after one that completed. */
  readonly restartsAnyway?: boolean;
}

export interface Scenario {
  readonly seed: number;
  readonly parts: readonly Part[];
  readonly isSealed: boolean;
  readonly air: Air;
  readonly person: Person;
  readonly disk: Disk;
  /** Of the controller's clock: 1 is right. */
  readonly clockRate: number;
  readonly deeds: readonly Deed[];
  /** The next day: another session must be possible. False for a belt that stays broken. */
  readonly hasNextDay: boolean;
  readonly given?: Given;
}

export const faultNameOf = (spec: string): string => /^[a-z-]+/.exec(spec)?.[0] ?? spec;

export const faultNames = (scenario: Scenario): ReadonlySet<string> =>
  new Set(scenario.deeds.flatMap(({ act }) => (act.kind === 'fault' ? [faultNameOf(act.spec)] : [])));

/** When the last of what was arranged is over, counted from first light or, without light, from the start. */
export function faultsEndMs(scenario: Scenario): number {
  let endMs = 0;
  for (const { at, act } of scenario.deeds) {
    const forMs =
      act.kind === 'fault'
        ? Number(/for=(\d+)ms/.exec(act.spec)?.[1] ?? 0)
        : 'forMs' in act
          ? act.forMs
          : act.kind === 'kill'
            ? act.linkMs
            : 0;
    endMs = Math.max(endMs, at.ms + forMs);
  }
  return endMs;
}

const actWords = (act: Act): string => {
  if (act.kind === 'fault') return act.spec;
  const { kind, ...rest } = act;
  return [kind, ...Object.entries(rest).map(([name, value]) => `${name}=${String(value)}`)].join(' ');
};

const partWords = (part: Part): string =>
  'restMs' in part
    ? `rest ${part.restMs} ms`
    : part
        .map(
          (zone) =>
            `L${zone.zone + 1}/${zone.wavelengthNm} ${zone.irradianceMwPerCm2} mW/cm² ${zone.radiantExposureJPerCm2} J/cm²` +
            ` ramps ${zone.rampUpS}/${zone.rampDownS} s` +
            (zone.pulseFrequencyHz > 0 ? ` ${zone.pulseFrequencyHz} Hz × ${zone.dutyCycle}` : ''),
        )
        .join(', ');

/** One line for each thing that is arranged. */
export const describeScenario = (scenario: Scenario): readonly string[] => [
  ...scenario.parts.map((part) => `plan    ${partWords(part)}`),
  `person  arms after ${scenario.person.armAfterMs} ms (${scenario.person.consent}), resumes after ${scenario.person.resumeAfterMs} ms, restarts after ${scenario.person.restartAfterMs} ms, at the end: ${scenario.person.atTheEnd}`,
  `air     ${scenario.air.delayMs} ms + ${scenario.air.jitterMs} ms, reordered ${scenario.air.reorderRate}; ${scenario.isSealed ? 'sealed' : 'plain'}`,
  `disk    ${scenario.disk.latencyMs} ms + ${scenario.disk.jitterMs} ms; controller's clock × ${scenario.clockRate}`,
  ...scenario.deeds.map(({ at, act }) => `deed    ${at.from} + ${at.ms} ms: ${actWords(act)}`),
];

/** As `--seed` prints a failing one: JSON has no Infinity, so that null stands for never. */
export function readScenario(text: string): Scenario {
  const scenario = JSON.parse(text) as Scenario;
  const { person } = scenario;
  const orNever = (ms: number | null): number => ms ?? Infinity;
  return {
    ...scenario,
    person: {
      ...person,
      armAfterMs: orNever(person.armAfterMs),
      resumeAfterMs: orNever(person.resumeAfterMs),
      restartAfterMs: orNever(person.restartAfterMs),
    },
  };
}
