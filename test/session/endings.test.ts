// What a session came to: for each reason the outcome, the exit code, the hazard and the words, armed and not.
import { describe, expect, it } from 'vitest';
import type { EndReason, SessionContext } from '../../src/session/context.ts';
import { noteBook } from '../../src/session/note-ours.ts';
import { enterClosing } from '../../src/session/stopping.ts';
import { bookWith, contextWith, recordWith, withDoses } from './support/contexts.ts';
import { armed, hazard, rejected, said, unarmed, words } from './support/endings.ts';

const LINK_LOST = words('H13');

describe('words that hazards end with', () => {
  it('are there for all that sessions name', () => {
    for (const id of ['H01', 'H08', 'H13', 'H16', 'H17', 'H18', 'H20'])
      expect(words(id).length, id).toBeGreaterThan(20);
  });
});

describe('each reason, armed', () => {
  it.each<[string, EndReason, readonly unknown[]]>([
    ['completed', { kind: 'completed' }, ['completed', 0, null, 'The session is complete.']],
    ['stopped', { kind: 'stop', cause: 'interrupt' }, ['stopped', 3, null, 'The session was stopped.']],
    [
      'declined',
      { kind: 'stop', cause: 'declined' },
      ['refused', 6, null, 'Not armed: you said no. Nothing was emitted.'],
    ],
    [
      'unanswered',
      { kind: 'stop', cause: 'unanswered' },
      ['refused', 6, null, 'Not armed: nobody answered. Nothing was emitted.'],
    ],
    [
      'abandoned',
      { kind: 'abandon' },
      ['stopped', 3, null, 'The session was abandoned and the link dropped.'],
    ],
    [
      'paused too long',
      { kind: 'pausedTooLong' },
      ['stopped', 3, null, 'The session was stopped after ten minutes of pause.'],
    ],
    ['a hazard', hazard('H01'), ['cutoff', 4, 'H01', words('H01')]],
    ['a lockout', hazard('H10', 'lockout'), ['lockout', 8, 'H10', words('H10')]],
    ['a hazard of the link', hazard('H13'), ['cutoff', 5, 'H13', words('H13')]],
    [
      'an unknown hazard',
      hazard('H77'),
      [
        'cutoff',
        4,
        'H77',
        'The belt reports hazard H77, which this version does not know. Do not use it again before it has been checked.',
      ],
    ],
    [
      'unreachable',
      { kind: 'unreachable', detail: 'no advertising' },
      ['failed', 5, null, 'The belt cannot be reached: no advertising. Bring it near and switch it on.'],
    ],
    ['link lost', { kind: 'linkLost', detail: 'x' }, ['cutoff', 5, 'H13', LINK_LOST]],
    [
      'an answer missing',
      { kind: 'unanswered', op: 'pause' },
      ['cutoff', 5, 'H13', 'The belt did not answer (pause). Bring it near, then start again.'],
    ],
    ['a silent book', { kind: 'bookSilent' }, ['cutoff', 4, 'H20', words('H20')]],
    ['refused', { kind: 'refused', detail: 'Too much.' }, ['refused', 6, null, 'Too much.']],
    [
      'a failure',
      { kind: 'failure', detail: 'oops' },
      ['failed', 1, null, 'Something in the controller failed: oops. Please report it.'],
    ],
    [
      'locked',
      rejected('lockedOut'),
      ['lockout', 8, null, 'The belt is locked. Clear it with `laserbelt clear`.'],
    ],
    [
      'locked for a hazard',
      rejected('lockedOut', 10),
      ['lockout', 8, 'H10', `The belt is locked. ${words('H10')}`],
    ],
    ['self-test', rejected('selfTestFailed'), ['lockout', 8, 'H17', words('H17')]],
    ['battery', rejected('batteryLow'), ['refused', 6, 'H18', words('H18')]],
    ['another program', rejected('digestMismatch'), ['refused', 6, 'H16', words('H16')]],
    [
      'another owner',
      rejected('notOwner'),
      [
        'refused',
        6,
        null,
        'The belt is in use by another controller. End that session first: `laserbelt stop`.',
      ],
    ],
    [
      'busy',
      rejected('busy'),
      [
        'refused',
        6,
        null,
        'The belt is in use by another controller. End that session first: `laserbelt stop`.',
      ],
    ],
    [
      'beyond limits',
      rejected('beyondLimits'),
      ['refused', 6, null, 'The plan is beyond what this belt allows. Choose a milder plan.'],
    ],
    ['refused with a hazard', rejected('hazardActive', 1), ['cutoff', 4, 'H01', words('H01')]],
    [
      'refused with an unknown hazard',
      rejected('hazardActive', 77),
      ['cutoff', 4, 'H77', 'It reports hazard H77.'],
    ],
    [
      'refused otherwise',
      rejected('malformed'),
      ['cutoff', 4, null, 'The belt refused to arm (malformed). Start again.'],
    ],
  ])('%s', (_title, reason, expected) => {
    expect(said(armed(reason))).toEqual(expected);
  });
});

describe('each reason, never armed', () => {
  it.each<[string, EndReason, readonly unknown[]]>([
    ['a hazard', hazard('H01', 'refuse'), ['refused', 6, 'H01', words('H01')]],
    ['a hazard of the link', hazard('H13', 'refuse'), ['failed', 5, null, words('H13')]],
    ['link lost', { kind: 'linkLost', detail: 'x' }, ['failed', 5, null, LINK_LOST]],
    [
      'refused otherwise',
      rejected('malformed', 0, 'prepare'),
      ['refused', 6, null, 'The belt refused to prepare (malformed). Start again.'],
    ],
    ['completed is believed', { kind: 'completed' }, ['completed', 0, null, 'The session is complete.']],
  ])('%s', (_title, reason, expected) => {
    expect(said(unarmed(reason))).toEqual(expected);
  });

  it('the rules over days are told in their own words, of their own hazard', () => {
    const refused = { hazard: 'H19', detail: 'Allowed from 14:00.' } as const;
    const context = { ...unarmed(hazard('H19', 'refuse')), book: bookWith({ refused }) };
    expect(said(context)).toEqual(['refused', 6, 'H19', 'Allowed from 14:00.']);
    expect(said({ ...context, reasons: [hazard('H01', 'refuse')] })[3]).toBe(words('H01'));
  });
});

describe('a belt that ended by itself', () => {
  const ended = (cause: SessionContext['beltCause'], more: Partial<SessionContext> = {}) =>
    said({ ...armed({ kind: 'beltEnded' }), beltCause: cause, ...more });

  it('its record tells why, else its notice, else what its zones say, else the link', () => {
    expect(ended('silence', { record: recordWith({ cause: 'stopped' }) })[0]).toBe('stopped');
    for (const record of ['none', 'failed', undefined] as const)
      expect(ended('stopped', { record })[0]).toBe('stopped');
    expect(ended(undefined)).toEqual(['completed', 0, null, 'The session is complete.']);
    const open = withDoses(armed({ kind: 'beltEnded' }), { status: 'emitting' });
    expect(said(open)).toEqual(['cutoff', 5, 'H13', LINK_LOST]);
    expect(
      said({ ...open, doses: open.doses.map((dose) => ({ ...dose, withheld: 'reached' as const })) })[0],
    ).toBe('completed');
    expect(said(withDoses(open, { status: 'endedShort' }))[0]).toBe('completed');
    expect(said({ ...open, slots: [], doses: [] })[1]).toBe(5);
    const last = open.doses.map((dose, index) => (index === 0 ? dose : { ...dose, status: 'done' as const }));
    expect(said({ ...open, doses: last })[1]).toBe(5);
  });

  it('stopped there, restarted, silent', () => {
    expect(ended('stopped')).toEqual([
      'stopped',
      3,
      null,
      'The session was stopped at the belt or by another controller.',
    ]);
    expect(ended('rebooted')).toEqual([
      'cutoff',
      5,
      'H13',
      'The belt restarted during the session. Start again; have it checked if that repeats.',
    ]);
    expect(ended('silence')).toEqual(['cutoff', 5, 'H13', LINK_LOST]);
    expect(ended('linkLost')).toEqual(['cutoff', 5, 'H13', LINK_LOST]);
    expect(ended('completed')).toEqual(['completed', 0, null, 'The session is complete.']);
  });

  it('silent before its countdown, when its own button was awaited: nobody pressed it', () => {
    const waited = { consent: 'beltButton', countdownSinceMs: NaN } as const;
    expect(ended('silence', waited)).toEqual([
      'refused',
      6,
      null,
      'Not armed: nobody pressed the button on the belt. Nothing was emitted.',
    ]);
    expect(ended('silence', { ...waited, countdownSinceMs: 2000 })[1]).toBe(5);
    expect(ended('silence', { ...waited, consent: 'atController' })[1]).toBe(5);
  });

  it('for a hazard: the belt’s own, the one that is more than a pause, else its last', () => {
    const found = (id: string, response: 'cutoff' | 'pause', by: 'belt' | 'controller') =>
      ({ id: id as 'H01', zone: null, response, by }) as const;
    const cause = (...hazards: SessionContext['hazards']) => ended('hazard', { hazards });
    expect(
      cause(
        found('H06', 'cutoff', 'controller'),
        found('H05', 'pause', 'belt'),
        found('H01', 'cutoff', 'belt'),
      ),
    ).toEqual(['cutoff', 4, 'H01', words('H01')]);
    expect(cause(found('H05', 'pause', 'belt'), found('H13', 'pause', 'belt'))[2]).toBe('H13');
    expect(cause()).toEqual([
      'cutoff',
      4,
      null,
      'The belt ended the session for its own safety. Have it checked.',
    ]);
    expect(cause(found('H77', 'cutoff', 'belt'))).toEqual([
      'cutoff',
      4,
      'H77',
      'The belt ended the session for its own safety. Have it checked.',
    ]);
  });
});

describe('a dose book that failed', () => {
  const failed = (context: SessionContext) =>
    noteBook(context, { type: 'book.failed', atMs: 5000, detail: 'book line 2 was changed. Move it away' });
  const WORDS = 'The dose book failed: book line 2 was changed. Move it away.';

  it('is told with what is wrong and what mends it, before arming and while emitting', () => {
    expect(said(failed(contextWith({ nowMs: 5000 })))).toEqual(['refused', 6, 'H20', WORDS]);
    expect(said(failed({ ...armed(), phase: 'emitting' }))).toEqual(['cutoff', 4, 'H20', WORDS]);
  });

  it('what failed first is told, also when the close fails after it', () => {
    const closing = enterClosing(failed(armed()));
    const again = noteBook(closing, { type: 'book.failed', atMs: 6000, detail: 'the dose book is closed' });
    expect(said(again)).toEqual(['cutoff', 4, 'H20', WORDS]);
  });

  it('another hazard keeps its own words', () => {
    const both = failed(armed(hazard('H08', 'lockout')));
    expect(said(both)[3]).toBe(words('H08'));
  });
});
