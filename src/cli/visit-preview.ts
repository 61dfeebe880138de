// What the dose book would say to a visit, asked without taking part in it: for `--dry-run`, and before a care step that
// stands in front of the first light.
import type { BeltProfile } from '../belt/belt.ts';
import { askBook, type Asked } from '../ledger/ask.ts';
import type { CourseRule } from '../ledger/course.ts';
import type { DoseIntent } from '../ledger/dose-book.ts';
import type { ResolvedVisitParts } from '../plan/visit.ts';
import { bookFileFor } from './dose-book-place.ts';
import type { Io } from './io.ts';
import type { StartRequest } from './start.ts';
import { visitFactsOf, type VisitIdentity } from './visit-facts.ts';
import type { World } from './world.ts';

export interface PreviewRequest {
  readonly request: StartRequest;
  readonly identity: VisitIdentity;
  readonly profile: BeltProfile;
  readonly visit: ResolvedVisitParts;
  readonly io: Io;
  readonly world: World;
}

/** A book without entries allows the first session. */
const allowedFirst = (course: CourseRule | null): Asked => ({
  ok: true,
  decision: {
    ok: true,
    course: course === null ? null : { number: 1, of: course.sessions, planChanged: false },
  },
  isUnfinished: false,
});

/** Nothing is written. Never rejects. */
export async function previewVisit(preview: PreviewRequest): Promise<Asked> {
  const { request, identity, profile, visit, io, world } = preview;
  const [program] = visit.programs;
  if (program === undefined) return allowedFirst(null);
  const intent: DoseIntent = {
    sessionTag: identity.visit,
    beltId: profile.beltId,
    address: request.belt.address,
    planName: identity.plan.name,
    site: identity.plan.site,
    prescription: { ...program.prescription, sessionTag: identity.visit },
    measurementUncertainty: profile.measurementUncertainty,
  };
  const facts = visitFactsOf(identity, 0, visit.planned);
  // An embedded belt's book begins anew, unless it is kept.
  if (request.belt.scheme === 'sim' && !request.isBookKept) return allowedFirst(facts.course);
  const path = bookFileFor(request.belt.scheme, io.env, profile.simulated);
  return askBook({ path, intent, visit: facts, wallClock: world.wallClock, system: world.system });
}
