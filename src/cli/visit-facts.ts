// What the dose book is told of a visit: whose it is, of which plan and course, and all that it is to give.
import { createHash } from 'node:crypto';
import type { CourseRule } from '../ledger/course.ts';
import type { VisitFacts } from '../ledger/visit.ts';
import type { Plan } from '../plan/plan.ts';
import type { PlannedDose } from '../plan/visit.ts';

/** Of the text, byte by byte: a plan that reads otherwise is another one, even if it gives the same. */
export const digestOfPlan = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

const courseOf = ({ course }: Plan): CourseRule | null =>
  course === undefined
    ? null
    : {
        sessions: course.sessions,
        everyS: course.everyS ?? null,
        perWeek: course.perWeek ?? null,
        gapS: course.gapS,
      };

export interface VisitIdentity {
  readonly plan: Plan;
  readonly planDigest: string;
  readonly person: string;
  /** 16 hexadecimal digits. */
  readonly visit: string;
  readonly screening: VisitFacts['screening'];
}

/** @param block which light block of the visit is next, from 0 */
export const visitFactsOf = (
  { plan, planDigest, person, visit, screening }: VisitIdentity,
  block: number,
  planned: readonly PlannedDose[],
): VisitFacts => ({
  person,
  visit,
  block,
  plan: plan.name,
  planDigest,
  site: plan.site,
  course: courseOf(plan),
  screening,
  plannedJPerCm2: planned.map(({ zone, wavelengthNm, radiantExposureJPerCm2 }) => ({
    zone: `L${zone + 1}`,
    wavelengthNm,
    plannedJPerCm2: radiantExposureJPerCm2,
  })),
});
