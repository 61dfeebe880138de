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

export type CareMeasure = 'heat' | 'stretch' | 'massage' | 'ice' | 'rest' | 'medicine';

/** A timed prompt between or after light: no belt session is open while it runs. */
export interface PlanCareStep {
  readonly kind: 'care';
  readonly measure: CareMeasure;
  readonly durationS: number;
  readonly say: string | undefined;
}

export type PlanStep = PlanTreatStep | PlanRestStep | PlanCareStep;

/** One of `everyS` and `perWeek` may be given; neither: as the gap allows. */
export interface PlanCourse {
  readonly sessions: number;
  readonly everyS: number | undefined;
  readonly perWeek: number | undefined;
  /** From the end of one session to the next on this site, at least. */
  readonly gapS: number;
}

export interface Plan {
  readonly name: string;
  readonly title: string;
  readonly site: string;
  /** Where the figures come from. */
  readonly basis: string | undefined;
  /** What is known of the effect, and how good that knowledge is. */
  readonly evidence: string | undefined;
  readonly session: readonly PlanStep[];
  readonly limits: {
    readonly sessionDoseJPerCm2: number | undefined;
    /** Light and rests of the whole visit; care steps are not counted. */
    readonly durationS: number | undefined;
  };
  readonly course: PlanCourse | undefined;
  readonly screening: 'standard';
}

/** `file:line:column: what is wrong (what was expected)` */
export interface PlanProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly expected: string;
}

/** Something a person should know before the first session; nothing is refused for it. */
export interface VisitWarning {
  readonly message: string;
  /** The rule or row behind it, quoted. */
  readonly source: string;
}

export interface PlanWarning extends VisitWarning {
  readonly file: string;
  readonly line: number;
  readonly column: number;
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
