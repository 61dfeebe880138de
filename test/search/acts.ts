// Everything that may happen next: what belt, link, dose book, person and clock can do at this moment, and, beside it, what
// none of them would do now, to be survived all the same.
import type { BeltEvent, BeltRecord, CommandOutcome } from '../../src/belt/belt.ts';
import { earliestDeadlineMs } from '../../src/session/deadlines.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import { placeOf } from '../../src/session/session-logic.ts';
import { TAG } from '../session/support/rig.ts';
import { SEARCHED_PROFILE, type Snapshot } from './logic.ts';
import type { Witness } from './witness.ts';
import { DEVIATIONS, ticksAt, wellTick, type TickAlphabet } from './ticks.ts';

export interface Act {
  readonly label: string;
  readonly event: SessionEvent;
  /** False: nobody would say that now. It must do no harm, and it leads nowhere. */
  readonly isFollowed: boolean;
}

const ACK: CommandOutcome = { kind: 'acknowledged' };
const rejected = (code: Extract<CommandOutcome, { kind: 'rejected' }>['code']): CommandOutcome => ({
  kind: 'rejected',
  code,
  hazard: 0,
  zone: 0,
});
const OUTCOMES: readonly (readonly [string, CommandOutcome])[] = [
  ['acknowledged', ACK],
  ['hazardActive', rejected('hazardActive')],
  ['selfTestFailed', rejected('selfTestFailed')],
  ['lockedOut', rejected('lockedOut')],
  ['wrongState', rejected('wrongState')],
  ['notSent', { kind: 'notSent' }],
  ['unknown', { kind: 'unknown' }],
];

const OLD_TAG = 'aa'.repeat(8);
const UNFINISHED = {
  sessionTag: OLD_TAG,
  beltId: SEARCHED_PROFILE.beltId,
  address: 'sim',
  planName: 'old',
  zones: [],
};
const OTHER_BELT = { ...SEARCHED_PROFILE, beltId: 'ffeeddccbbaa9988' };

const recordOf = (more: Partial<BeltRecord>): BeltRecord => ({
  number: 7,
  kind: 'closed',
  cause: 'stopped',
  sessionTag: TAG,
  durationMs: 4000,
  hazards: 0,
  entries: [0, 1].map((zone) => ({
    step: 0,
    zone,
    wavelengthNm: 808,
    status: 'emitting',
    prescribedJPerCm2: 0.5,
    deliveredJPerCm2: 0.2,
    emissionMs: 4000,
  })),
  ...more,
});

const RECORDS: readonly (readonly [string, BeltRecord | 'none' | 'failed'])[] = [
  ['none', 'none'],
  ['failed', 'failed'],
  ['closed', recordOf({})],
  ['interrupted', recordOf({ kind: 'interrupted', cause: 'rebooted' })],
  ['open', recordOf({ kind: 'open', cause: 'none' })],
  ['older', recordOf({ number: 3 })],
  ['completed', recordOf({ cause: 'completed' })],
  ['by hazard', recordOf({ cause: 'hazard', hazards: 1 })],
];

type Draft = readonly [label: string, event: SessionEvent, isFollowed?: boolean];

function personActs(atMs: number): readonly Draft[] {
  return [
    ['start', { type: 'operator.start', atMs }],
    ['yes', { type: 'operator.arm', atMs, consent: 'atController' }],
    ['yes at the belt', { type: 'operator.arm', atMs, consent: 'beltButton' }],
    ['stop', { type: 'operator.stop', atMs, cause: 'interrupt' }],
    ['no', { type: 'operator.stop', atMs, cause: 'declined' }],
    ['pause', { type: 'operator.pause', atMs }],
    ['resume', { type: 'operator.resume', atMs }],
    ['present', { type: 'operator.present', atMs }],
    ['abandon', { type: 'operator.abandon', atMs }],
    ['failure', { type: 'controller.failed', atMs, detail: 'a bug' }],
  ];
}

function linkActs(place: string, atMs: number): readonly Draft[] {
  const isAsked = place === 'connecting' || place === 'stopping.reconnecting';
  const opened = (profile: typeof SEARCHED_PROFILE): SessionEvent => ({ type: 'belt.opened', atMs, profile });
  return [
    ['opened', opened(SEARCHED_PROFILE), isAsked],
    ['opened, another belt', opened(OTHER_BELT), isAsked],
    ['opened, blind', opened({ ...SEARCHED_PROFILE, measurementUncertainty: NaN }), isAsked],
    ['opened, too small', opened({ ...SEARCHED_PROFILE, sessionMaxS: 0 }), isAsked],
    ['unreachable', { type: 'belt.unreachable', atMs, failure: 'timedOut', detail: '' }, isAsked],
    ['link lost', { type: 'link.lost', atMs, reason: 'lost', detail: '' }],
    ['link closed by us', { type: 'link.lost', atMs, reason: 'closedByUs', detail: '' }],
  ];
}

function bookActs(place: string, atMs: number, { reserveAsked }: Witness): readonly Draft[] {
  const asked = reserveAsked ?? { step: 0, ceiling: 0.5 };
  const refused = { type: 'book.refused', atMs, detail: 'no', allowedAt: null } as const;
  const isBeforeBook = place === 'standby' || place === 'connecting' || place === 'preflight.assessing';
  const isLoading = place === 'preflight.loadingBook';
  const isAllowing = place === 'preflight.allowing';
  const isBeginning = place === 'ready.beginning';
  const known = new Map([[SEARCHED_PROFILE.beltId, 5]]);
  return [
    ['book loaded', { type: 'book.loaded', atMs, unfinished: [] }, isLoading],
    ['book loaded, one open', { type: 'book.loaded', atMs, unfinished: [UNFINISHED] }, isLoading],
    ['book loaded, records', { type: 'book.loaded', atMs, unfinished: [], beltRecords: known }, isLoading],
    ['book allows', { type: 'book.allowed', atMs, course: null }, isAllowing],
    ['book refuses', { ...refused, hazard: 'H19' }, isAllowing || isBeginning],
    ['book begun', { type: 'book.begun', atMs }, isBeginning],
    ['book reserved', { type: 'book.reserved', atMs, ...asked }, reserveAsked !== undefined],
    [
      'book reconciled',
      { type: 'book.reconciled', atMs, sessionTag: OLD_TAG },
      place === 'preflight.reconciling',
    ],
    ['book closed', { type: 'book.closed', atMs }, place === 'stopping.closing'],
    ['book failed', { type: 'book.failed', atMs, detail: 'disk full' }, !isBeforeBook],
  ];
}

function answers(place: string, atMs: number, { pending }: Witness): readonly Draft[] {
  const drafts: Draft[] = [];
  for (const [name, outcome] of OUTCOMES) {
    const digest = outcome.kind === 'acknowledged' ? 'aa' : '';
    const prepared = { type: 'belt.prepared', atMs, outcome, sentDigest: 'aa' } as const;
    const isPreparing = place === 'preflight.preparing';
    drafts.push([`prepared: ${name}`, { ...prepared, decodedDigest: digest }, isPreparing]);
    if (digest !== '') drafts.push(['prepared: other', { ...prepared, decodedDigest: 'bb' }, isPreparing]);
    for (const op of ['arm', 'pause', 'resume'] as const) {
      // While another command is under way the port answers at once that it was not sent.
      const isAsked = pending.includes(op) || (outcome.kind === 'notSent' && pending.includes(`${op}!`));
      if (isAsked || name === 'acknowledged' || name === 'unknown')
        drafts.push([`${op}: ${name}`, { type: 'belt.answered', atMs, op, outcome }, isAsked]);
    }
  }
  for (const [name, found] of RECORDS)
    drafts.push([
      `record: ${name}`,
      { type: 'belt.record', atMs, found },
      place === 'preflight.reading' || place === 'stopping.recording',
    ]);
  return drafts;
}

const NOTICES: readonly (readonly [
  string,
  Omit<Extract<BeltEvent, { type: 'belt.noticed' }>, 'type' | 'atMs'>,
])[] = [
  ['paused, no contact', { kind: 'stateChanged', state: 'paused', cause: 'contactLost', hazard: 5, zone: 0 }],
  [
    'paused by command',
    { kind: 'stateChanged', state: 'paused', cause: 'pausedByCommand', hazard: 0, zone: 0 },
  ],
  ['ended, complete', { kind: 'stateChanged', state: 'ended', cause: 'completed', hazard: 0, zone: 0 }],
  ['ended by hazard', { kind: 'hazard', state: 'lockout', cause: 'hazard', hazard: 1, zone: 0 }],
  ['ended, silence', { kind: 'stopped', state: 'ended', cause: 'silence', hazard: 0, zone: 0 }],
  ['armed', { kind: 'stateChanged', state: 'armed', cause: 'none', hazard: 0, zone: 0 }],
];

function clockActs(snapshot: Snapshot): readonly Draft[] {
  const { nowMs, deadlines } = snapshot.context.session;
  const earliestMs = earliestDeadlineMs(deadlines);
  const due = (label: string, atMs: number): readonly Draft[] =>
    Number.isFinite(atMs) ? [[label, { type: 'timer.due', atMs: Math.max(atMs, nowMs) }]] : [];
  return [
    ...due('nothing is due', nowMs),
    ...due('due', earliestMs),
    // The controller was frozen, or its timers came late.
    ...(deadlines.stateAtMs === earliestMs ? [] : due('due late', deadlines.stateAtMs)),
    ...due('due very late', deadlines.presenceAtMs + 3000),
  ];
}

/** Ticks that arrive after a long time: the belt went on, the controller slept. */
function lateTicks(snapshot: Snapshot): readonly Draft[] {
  const { session } = snapshot.context;
  const drafts: Draft[] = [];
  for (const gapMs of [
    700,
    1300,
    session.deadlines.stateAtMs - session.nowMs,
    session.deadlines.restAtMs - session.nowMs,
  ]) {
    if (!(gapMs > 0 && Number.isFinite(gapMs))) continue;
    const state = session.report?.state ?? 'standby';
    const said = {
      type: 'belt.tick',
      atMs: session.nowMs + gapMs,
      report: wellTick(session, state, gapMs),
    } as const;
    drafts.push([`${state} after ${gapMs > 1300 ? 'long' : gapMs}`, said]);
    if (state === 'armed') {
      const dark = DEVIATIONS.notLit(said.report, session);
      if (dark !== undefined)
        drafts.push([`dark ${state} after ${gapMs > 1300 ? 'long' : gapMs}`, { ...said, report: dark }]);
    }
  }
  return drafts;
}

/** All acts at this moment, in a fixed order. */
export function actsAt(snapshot: Snapshot, witness: Witness, alphabet: TickAlphabet): readonly Act[] {
  const { session } = snapshot.context;
  const { nowMs: atMs } = session;
  const place = placeOf(snapshot);
  const drafts: Draft[] = [
    ...personActs(atMs),
    ...clockActs(snapshot),
    ...linkActs(place, atMs),
    ...bookActs(place, atMs, witness),
    ...answers(place, atMs, witness),
    ['bad frame', { type: 'belt.badFrame', atMs, count: session.badFrameCount + 1 }],
    ['bad frames', { type: 'belt.badFrame', atMs, count: 3 }],
  ];
  for (const [name, notice] of NOTICES)
    drafts.push([`notice: ${name}`, { type: 'belt.noticed', atMs, ...notice }]);
  const isHeard = witness.wasOpened;
  for (const [label, event] of lateTicks(snapshot)) drafts.push([`tick ${label}`, event, isHeard]);
  for (const { label, gapMs, report } of ticksAt(session, alphabet))
    drafts.push([`tick ${label}`, { type: 'belt.tick', atMs: atMs + gapMs, report }, isHeard]);
  return drafts.map(([label, event, isFollowed = true]) => ({ label, event, isFollowed }));
}
