// What the dose book knows of a visit: one session of a plan, in one belt session or in several with care between them.
import type { CourseRule } from './course.ts';

export interface PlannedZone {
  /** People's name: `L1`. */
  readonly zone: string;
  readonly wavelengthNm: number;
  readonly plannedJPerCm2: number;
}

export interface VisitFacts {
  readonly person: string;
  /** 16 hexadecimal digits: the tag of the visit's first belt session. */
  readonly visit: string;
  /** Which light block of the visit, from 0; each is given once. */
  readonly block: number;
  readonly plan: string;
  readonly planDigest: string;
  readonly site: string;
  readonly course: CourseRule | null;
  readonly screening: 'full' | 'short' | 'assumed';
  /** Of the whole visit, all blocks summed; empty: what the belt session prescribes is all. */
  readonly plannedJPerCm2: readonly PlannedZone[];
}

/** Who is treated when nobody is named. */
export const DEFAULT_PERSON = 'default';

/**
 * Under which a person's doses add up: however a name is typed - in capitals, with wider or invisible characters between,
 * its letters composed or not - it is one person, who must not have the dose of two.
 */
export const personKey = (person: string): string =>
  person
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC');
