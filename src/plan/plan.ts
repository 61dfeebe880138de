// A treatment plan in physical units, as the loader hands it on, and the program of one session on one belt.
import type { Prescription, PrescribedZone } from '../belt/belt.ts';

export interface PlanTreatStep {
  readonly kind: 'treat';
  /** People's names: `L1`. */
  readonly zones: readonly string[];
  readonly order: 'together' | 'sequence';
  readonly wavelengthNm: number;
  readonly irradianceMwPerCm2: number;
  /** One of the two is given, or both and then they agree through the beam area. */
  readonly radiantExposureJPerCm2: number | undefined;
  readonly radiantEnergyJ: number | undefined;
  readonly rampUpS: number;
  readonly rampDownS: number;
  readonly pulse: { readonly frequencyHz: number; readonly dutyCycle: number } | undefined;
}

export interface PlanRestStep {
  readonly kind: 'rest';
  readonly durationS: number;
}

export type PlanStep = PlanTreatStep | PlanRestStep;

export interface Plan {
  readonly name: string;
  readonly title: string;
  readonly site: string;
  readonly basis: string | undefined;
  readonly session: readonly PlanStep[];
  readonly limits: {
    readonly sessionDoseJPerCm2: number | undefined;
    readonly durationS: number | undefined;
  };
}

/** `file:line:column: what is wrong (what was expected)` */
export interface PlanProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly expected: string;
}

export type ProgramItem =
  /** Index into the prescription's steps. */
  | { readonly kind: 'treat'; readonly step: number; readonly zones: readonly PrescribedZone[] }
  | { readonly kind: 'rest'; readonly durationMs: number };

/** One session of a plan, resolved against a belt's emitters. */
export interface SessionProgram {
  readonly planName: string;
  readonly site: string;
  readonly items: readonly ProgramItem[];
  /** With an empty sessionTag: the session fills it in. */
  readonly prescription: Prescription;
  /** Emission time when nothing interrupts, ramps and rests included. */
  readonly plannedDurationMs: number;
}
