// Each decision of the machine, asked with facts that are right but for one.
import { describe, expect, it } from 'vitest';
import type { BeltReport } from '../../src/belt/belt.ts';
import {
  initialContext,
  safetyPhaseOf,
  type EndReason,
  type SessionContext,
} from '../../src/session/context.ts';
import { guards, isGuardName } from '../../src/session/guards.ts';
import { bookWith, contextWith, INPUT, recordWith, treating } from './support/contexts.ts';
import { armed, confirmed, hazard, unarmed } from './support/endings.ts';
import { report } from './support/scripted.ts';

type Name = keyof typeof guards;
const ask = (name: Name, session: SessionContext, atMs = session.nowMs): boolean =>
  guards[name]({ context: { session }, event: { type: 'timer.due', atMs } });

const EMPTY = contextWith();
const STRAY = { strays: [{ zone: null, sinceMs: 4000 }] } as const;
const ABANDON: EndReason = { kind: 'abandon' };
const STOP: EndReason = { kind: 'stop', cause: 'interrupt' };
const pending = [{ sessionTag: 'aa', beltId: 'b', address: 'sim', planName: 'old', zones: [] }];
const treatedIn = (
  state: BeltReport['state'],
  more: Partial<SessionContext> = {},
  epoch = 1,
): SessionContext => treating({ report: report(20, { state, epoch }), resumeAcknowledged: true, ...more });
const booked = (book: Parameters<typeof bookWith>[0], more: Partial<SessionContext> = {}): SessionContext =>
  contextWith({ book: bookWith(book), ...more });
const stopping = (more: object, context: Partial<SessionContext> = {}): SessionContext =>
  treating({ phase: 'stopping', stopping: { ...confirmed, confirmed: false, ...more }, ...context });
const EXHAUSTED = { sentCount: 6 };

describe('names', () => {
  it('are known, and no others are', () => {
    for (const name of Object.keys(guards)) expect(isGuardName(name), name).toBe(true);
    for (const name of ['', 'toString', 'isReady']) expect(isGuardName(name), name).toBe(false);
  });
});

describe('no, with a session that knows nothing yet', () => {
  const YES: readonly Name[] = [
    'isReconciled',
    'isSurelyDark',
    'isLinkClosed',
    'isClosed',
    'isReconnectOver',
  ];
  it.each(Object.keys(guards).filter(isGuardName))('%s', (name) => {
    if (name.startsWith('ends')) return;
    expect(ask(name, { ...EMPTY, deadlines: { ...EMPTY.deadlines, stateAtMs: 1 } })).toBe(YES.includes(name));
  });

  it('begins with nothing known, nothing given and nothing asked', () => {
    expect(initialContext(INPUT)).toMatchObject({
      phase: 'standby',
      linkOpen: false,
      identityDiffers: false,
      programDiffers: false,
      flickersVisibly: false,
      prepared: false,
      consent: 'atController',
      saidYes: false,
      armedAtMs: NaN,
      armAcknowledged: false,
      sessionSeen: false,
      slots: [],
      doses: [],
      active: [],
      hazards: [],
      warnings: [],
      strays: [],
      reasons: [],
      lease: { litEndMs: -Infinity, zoneEndMs: [], litStep: -1 },
      resuming: false,
      resumeAcknowledged: false,
      resumeRefused: false,
      effects: [],
    });
    expect(initialContext(INPUT).book).toEqual({
      loaded: false,
      allowed: false,
      refused: undefined,
      begun: false,
      closed: false,
      failed: undefined,
      pending: [],
      knownRecord: 0,
      newestRecord: undefined,
      reservedStep: -1,
      reservedCeiling: 0,
      reservedAtMs: NaN,
      reservingSinceMs: NaN,
    });
  });
});

describe('yes and no', () => {
  it.each<[Name, readonly SessionContext[], readonly SessionContext[]]>([
    ['isEnding', [treating({ reasons: [STOP] })], [treating()]],
    ['isOpen', [treating()], [treating({ linkOpen: false }), treating({ program: undefined })]],
    ['hasStatus', [treating()], [treating({ report: undefined })]],
    ['isBookLoaded', [booked({ loaded: true })], [booked({ loaded: false })]],
    [
      'isReconciled',
      [
        booked({}),
        booked({ knownRecord: 3, newestRecord: 0 }),
        booked({ knownRecord: 0, newestRecord: undefined }),
      ],
      [booked({ pending }), booked({ knownRecord: 3 }), booked({ pending, knownRecord: 3, newestRecord: 3 })],
    ],
    [
      'hasRecord',
      [booked({ pending }, { record: 'none' }), booked({ pending }, { record: recordWith() })],
      [booked({ pending }), booked({}, { record: 'none' })],
    ],
    ['isPrepared', [treating()], [treating({ prepared: false })]],
    ['isAllowed', [booked({ allowed: true })], [booked({ allowed: false })]],
    ['hasSaidYes', [treating({ saidYes: true })], [treating({ saidYes: false })]],
    ['isBegun', [booked({ begun: true })], [booked({ begun: false })]],
    ['isReserved', [booked({ reservedCeiling: 0.01 })], [booked({ reservedCeiling: 0 })]],
    ['isArmAcknowledged', [treating()], [treating({ armAcknowledged: false })]],
    [
      'isBeltArmed',
      [treatedIn('armed')],
      [
        treatedIn('armed', { sessionSeen: false }),
        treatedIn('countdown'),
        treatedIn('armed', {}, 2),
        treating({ report: undefined }),
      ],
    ],
    ['isBeltPaused', [treatedIn('paused')], [treatedIn('armed'), treating({ report: undefined })]],
    ['isPauseWanted', [treating({ pauseWanted: 'operator' })], [treating()]],
    ['isResumeRefused', [treating({ resumeRefused: true })], [treating()]],
    [
      'isPausedAgain',
      [treatedIn('paused')],
      [treatedIn('armed'), treatedIn('paused', {}, 2), treatedIn('paused', { resumeAcknowledged: false })],
    ],
    [
      'isCountingDownAgain',
      [treatedIn('countdown'), treatedIn('selfTest')],
      [
        treatedIn('paused'),
        treatedIn('countdown', {}, 2),
        treatedIn('selfTest', { resumeAcknowledged: false }),
      ],
    ],
    [
      'isResumed',
      [treatedIn('armed')],
      [treatedIn('paused'), treatedIn('armed', {}, 2), treatedIn('armed', { resumeAcknowledged: false })],
    ],
    [
      'isAbandoned',
      [treating({ reasons: [ABANDON] }), treating({ reasons: [STOP, ABANDON] })],
      [treating({ reasons: [STOP] }), treating()],
    ],
    [
      'isSurelyDark',
      [contextWith()],
      [treating(), contextWith(STRAY), treating({ armedAtMs: 0 }), treating(STRAY)],
    ],
    ['isLinkOpen', [treating()], [treating({ linkOpen: false })]],
    ['isLinkClosed', [treating({ linkOpen: false })], [treating()]],
    ['isConfirmed', [stopping({ confirmed: true })], [stopping({ confirmed: false }), treating()]],
    ['isStopExhausted', [stopping(EXHAUSTED)], [stopping({ sentCount: 1 }), treating()]],
    [
      'isStillShining',
      [stopping({ ...EXHAUSTED, answered: true })],
      [
        stopping({ ...EXHAUSTED, answered: false }),
        stopping({ sentCount: 1, answered: true }),
        treating({ stopping: undefined }),
      ],
    ],
    [
      'isOtherBelt',
      [treating({ identityDiffers: true })],
      [treating(), treating({ identityDiffers: true, linkOpen: false })],
    ],
    [
      'isReconnectOver',
      [stopping({ reconnectUntilMs: 5000 }), stopping({ reconnectUntilMs: 4999 }), treating()],
      [stopping({ reconnectUntilMs: 5001 })],
    ],
    [
      'isClosed',
      [
        booked({ begun: false }),
        booked({ begun: true, closed: true }),
        booked({ begun: true, failed: 'disk full' }),
        booked({ begun: true }, { reasons: [STOP, { kind: 'bookSilent' }] }),
      ],
      [booked({ begun: true }), booked({ begun: true }, { reasons: [STOP] })],
    ],
    [
      'endsCompleted',
      [armed({ kind: 'completed' })],
      [armed(STOP), armed(hazard('H01')), unarmed(), unarmed(hazard('H16', 'refuse'))],
    ],
    ['endsStopped', [armed(STOP)], [armed({ kind: 'completed' }), armed(hazard('H01')), unarmed()]],
    ['endsCutoff', [armed(hazard('H01'))], [armed(STOP), armed(hazard('H10', 'lockout')), unarmed()]],
    ['endsLockout', [armed(hazard('H10', 'lockout'))], [armed(hazard('H01')), armed(STOP), unarmed()]],
    [
      'endsRefused',
      [unarmed({ kind: 'stop', cause: 'declined' })],
      [armed(STOP), unarmed({ kind: 'unreachable', detail: '' }), armed(hazard('H01'))],
    ],
  ])('%s', (name, yes, no) => {
    yes.forEach((context, at) => expect(ask(name, context), `yes ${at}`).toBe(true));
    no.forEach((context, at) => expect(ask(name, context), `no ${at}`).toBe(false));
  });

  it('resumed means that a tick of the new epoch says so', () => {
    const silent = treating({ report: undefined, resumeAcknowledged: true });
    for (const name of ['isResumed', 'isPausedAgain', 'isCountingDownAgain'] as const)
      expect(ask(name, silent), name).toBe(false);
  });

  it('the hazards know light from what comes before it', () => {
    const phases = [
      'standby',
      'connecting',
      'preflight',
      'ready',
      'countdown',
      'emitting',
      'paused',
      'stopping',
    ] as const;
    const told = phases.map(safetyPhaseOf);
    const before = 'beforeArming';
    expect(told).toEqual([before, before, before, before, 'countdown', 'emitting', 'paused', 'stopping']);
  });

  it('overdue: from the bound on, by the time of the event', () => {
    const due = treating({ deadlines: { ...EMPTY.deadlines, stateAtMs: 6000 } });
    expect([5999, 6000, 6001].map((atMs) => ask('overdue', due, atMs))).toEqual([false, true, true]);
  });
});
