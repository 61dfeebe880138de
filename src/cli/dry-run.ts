// `start --dry-run`: asks the belt what it is and the dose book what it would say, shows what the visit would do, and
// leaves. Nothing is armed and nothing written.
import type { BeltProfile } from '../belt/belt.ts';
import type { Asked } from '../ledger/ask.ts';
import { programTable } from '../plan/describe.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import { composeBelt } from './compose.ts';
import { lookUpKey, wordsOfProblem } from './credentials.ts';
import type { Io } from './io.ts';
import { lookAtBelt, type LookEvent } from './look.ts';
import { bookWords, renderDryRun } from './render-dry-run.ts';
import { worstLines } from './render-worst-case.ts';
import { reviewVisit, type VisitReview } from './review-visit.ts';
import type { LoadedPlan } from './run-start.ts';
import { screeningDue, type ScreeningDue } from './screen.ts';
import { stampNow } from './stamp.ts';
import type { StartRequest } from './start.ts';
import { explainUnreachable } from './transports.ts';
import type { VisitIdentity } from './visit-facts.ts';
import { previewVisit } from './visit-preview.ts';
import type { World } from './world.ts';
import { outputColumns } from './wrap.ts';

type SoundReview = Extract<VisitReview, { readonly ok: true }>;

/** Of no session. */
const DRY_VISIT = '0'.repeat(16);

export interface DryRunFound {
  readonly identity: VisitIdentity;
  readonly profile: BeltProfile;
  readonly review: SoundReview;
  readonly asked: Asked;
  readonly due: ScreeningDue;
  readonly nowMs: number;
}

async function lookAt(request: StartRequest, io: Io, world: World): Promise<BeltProfile | ExitCode> {
  const lookup = await lookUpKey(request.belt, io.env);
  if (!lookup.ok) {
    io.err(`laserbelt: ${wordsOfProblem(lookup.problem)}\n`);
    return EXIT_CODE.refused;
  }
  let send: (event: LookEvent) => void = () => undefined;
  const composed = await composeBelt(
    request,
    lookup.access,
    (event) => {
      if (event.type === 'belt.opened' || event.type === 'belt.unreachable' || event.type === 'link.lost')
        send(event);
    },
    world.createBelt,
  );
  composed.run();
  const looked = await lookAtBelt(composed.belt, (handler) => {
    send = handler;
  });
  composed.dispose();
  if (looked.ok) return looked.profile;
  io.err(`laserbelt: ${explainUnreachable(request.belt.address, looked.failure, looked.detail)}\n`);
  return looked.failure === 'notPaired' ? EXIT_CODE.refused : EXIT_CODE.beltUnreachable;
}

/** One `session.planned` for each light block, then the visit as a whole. */
function tellJson({ identity, profile, review, asked, due, nowMs }: DryRunFound, io: Io): void {
  const { plan, person } = identity;
  const write = (event: string, record: object): void =>
    io.out(`${JSON.stringify({ event, ...stampNow(), plan: plan.name, site: plan.site, ...record })}\n`);
  const { programs, parts, warnings } = review.visit;
  for (const [at, program] of programs.entries())
    write('session.planned', {
      block: at + 1,
      blockCount: programs.length,
      ...programTable(program, profile),
    });
  const decision = asked.ok ? asked.decision : undefined;
  write('visit.planned', {
    person,
    simulated: profile.simulated,
    isAllowed: decision?.ok ?? false,
    hazard: decision === undefined ? 'H20' : decision.ok ? null : decision.refusal.hazard,
    allowedAt: decision === undefined || decision.ok ? null : decision.refusal.allowedAt,
    course: decision?.ok === true ? decision.course : null,
    words: bookWords(asked, nowMs),
    screening: due,
    care: parts.flatMap((part) =>
      part.kind === 'care'
        ? [{ measure: part.step.measure, durationMs: part.step.durationS * 1000, say: part.step.say ?? null }]
        : [],
    ),
    limits: review.facts.limits,
    worstCase: worstLines(review.worst).map((line) => ({
      zone: line.zone,
      wavelengthNm: line.wavelengthNm ?? null,
      prescribedJPerCm2: line.plannedJPerCm2,
      worstSessionJPerCm2: line.visit.atMost,
      worstDayJPerCm2: line.day.atMost,
    })),
    warnings,
  });
}

export async function dryRun(
  request: StartRequest,
  loaded: LoadedPlan,
  io: Io,
  world: World,
): Promise<ExitCode> {
  const { plan } = loaded;
  const { person } = request;
  const profile = await lookAt(request, io, world);
  if (typeof profile === 'number') return profile;
  const review = reviewVisit(plan, profile);
  if (!review.ok) {
    for (const problem of review.problems) io.err(`laserbelt: the plan does not fit this belt: ${problem}\n`);
    return EXIT_CODE.refused;
  }
  const identity: VisitIdentity = { ...loaded, person, visit: DRY_VISIT, screening: 'assumed' };
  const asked = await previewVisit({ request, identity, profile, visit: review.visit, io, world });
  const due = await screeningDue({
    io,
    plan,
    person,
    isSimulated: profile.simulated,
    wallClock: world.wallClock,
  });
  const found: DryRunFound = { identity, profile, review, asked, due, nowMs: world.wallClock.nowMs() };
  if (request.isJson) tellJson(found, io);
  else {
    io.out(`${renderDryRun(found, outputColumns(io)).join('\n')}\n`);
    io.err('Dry run: nothing was armed.\n');
  }
  return EXIT_CODE.completed;
}
