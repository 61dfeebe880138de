// The dose book as the session sees it: every entry is durable before the event that confirms it.
import type { BeltRecord, Prescription } from '../belt/belt.ts';
import type { CoursePlace } from './course.ts';

export interface DoseIntent {
  readonly sessionTag: string;
  readonly beltId: string;
  /** How the belt was reached, for `laserbelt stop` when no controller is left. */
  readonly address: string;
  readonly planName: string;
  readonly site: string;
  readonly prescription: Prescription;
  /** Ratio: the belt's stated measurement uncertainty. */
  readonly measurementUncertainty: number;
}

export interface BookedZone {
  /** People's name: `L1`. */
  readonly zone: string;
  readonly wavelengthNm: number;
  readonly prescribedJPerCm2: number;
  readonly deliveredJPerCm2: number;
  /** What is booked: never below the truth. */
  readonly deliveredUpperJPerCm2: number;
  readonly certainty: 'certain' | 'upperBound';
}

export interface DoseClosing {
  readonly sessionTag: string;
  readonly outcome: 'completed' | 'stopped' | 'cutoff' | 'lockout' | 'refused' | 'failed';
  readonly emissionOff: 'confirmed' | 'unconfirmed' | 'neverOn';
  readonly hazard: string | null;
  readonly durationMs: number;
  readonly zones: readonly BookedZone[];
  /** True when the belt's own record of this session is still to be read. */
  readonly awaitsBeltRecord: boolean;
  /** Number of the belt's own record of it, where that was read. */
  readonly beltRecord?: number;
  /** As `hazard` H10 with off unconfirmed, where another hazard decided: it may have gone on shining after the end. */
  readonly isLightLeft?: boolean;
}

/** A session whose intent is in the book and whose outcome is not, or whose dose is still an upper bound. */
export interface UnfinishedSession {
  readonly sessionTag: string;
  readonly beltId: string;
  readonly address: string;
  readonly planName: string;
  readonly zones: readonly BookedZone[];
}

export type BookEvent =
  | {
      readonly type: 'book.loaded';
      readonly atMs: number;
      readonly unfinished: readonly UnfinishedSession[];
      /** By belt: the highest number that a record of its sessions of the last days had. */
      readonly beltRecords?: ReadonlyMap<string, number>;
    }
  /** The rules over days allow this session; `begin` asks them once more. */
  | { readonly type: 'book.allowed'; readonly atMs: number; readonly course: CoursePlace | null }
  /** Nothing was booked and nothing may be emitted. The book itself is in order. */
  | {
      readonly type: 'book.refused';
      readonly atMs: number;
      readonly hazard: 'H19' | 'H21';
      /** For a person: what stands against it, and from when on it will be allowed. */
      readonly detail: string;
      /** ISO 8601; null when waiting does not help. */
      readonly allowedAt: string | null;
    }
  | { readonly type: 'book.begun'; readonly atMs: number }
  /** Leases of this step may now carry ceilings up to this fraction. */
  | { readonly type: 'book.reserved'; readonly atMs: number; readonly step: number; readonly ceiling: number }
  | { readonly type: 'book.reconciled'; readonly atMs: number; readonly sessionTag: string }
  | { readonly type: 'book.closed'; readonly atMs: number }
  /** Nothing more may be emitted (H20). `detail`: what is wrong and what mends it, without the last full stop. */
  | { readonly type: 'book.failed'; readonly atMs: number; readonly detail: string };

/** Every call returns at once and ends in one event: `book.failed`, or one of those named. */
export interface DoseBookPort {
  /** `book.loaded` */
  load(): void;
  /** `book.allowed` or `book.refused`: whether the rules over days allow this session now. */
  allow(intent: DoseIntent): void;
  /**
   * `book.begun`: the intent is durable. Required before the belt may be armed. `book.refused` when, since `allow`,
   * another session was booked that stands against it.
   */
  begin(intent: DoseIntent): void;
  /** `book.reserved`: at most this fraction of each prescription of the step may be delivered so far. */
  reserve(sessionTag: string, step: number, ceiling: number): void;
  /** `book.reconciled`: the belt's record, or its lack, closes an unfinished session. */
  reconcile(sessionTag: string, found: BeltRecord | 'none'): void;
  /** `book.closed` */
  close(closing: DoseClosing): void;
}
