// The session as states and transitions, nothing else. Facts come from note.ts, what begins with a state from entries.ts
// and stopping.ts, effects go out as data through the one action `perform`. Every event a state does not name is ignored
// there; test/session/matrix.test.ts writes the whole table down.
import {
  enterAllowing,
  enterArming,
  enterAssessing,
  enterBeginning,
  enterConnecting,
  enterCountdown,
  enterEmitting,
  enterHolding,
  enterLoadingBook,
  enterPaused,
  enterPreparing,
  enterReading,
  enterReady,
  enterReconciling,
  enterReserving,
  enterResuming,
} from './entries.ts';
import { initialContext } from './context.ts';
import {
  ALWAYS_HEARD,
  base,
  entering,
  NOTE,
  NOTED,
  noteAndGo,
  overdue,
  overdueTo,
  PERFORM,
  TO_STOPPING,
} from './machine-parts.ts';
import {
  enterClosing,
  enterConfirming,
  enterReconnecting,
  enterRecording,
  enterRetrying,
  enterStopping,
  repeatStop,
} from './stopping.ts';

export const sessionMachine = base.createMachine({
  id: 'session',
  context: ({ input }) => ({ session: initialContext(input) }),
  initial: 'standby',
  states: {
    standby: {
      on: {
        'operator.start': noteAndGo('connecting'),
        'operator.stop': NOTED,
        'operator.abandon': NOTED,
        'controller.failed': NOTED,
      },
      always: TO_STOPPING,
    },
    connecting: {
      entry: entering(enterConnecting),
      on: {
        'operator.stop': NOTED,
        'operator.abandon': NOTED,
        'controller.failed': NOTED,
        'link.lost': NOTED,
        'belt.opened': NOTED,
        'belt.unreachable': NOTED,
        'timer.due': overdue({ kind: 'unreachable', detail: 'it did not answer in time' }),
      },
      always: [TO_STOPPING, { guard: 'isOpen', target: 'preflight' }],
    },
    preflight: {
      on: ALWAYS_HEARD,
      initial: 'assessing',
      states: {
        assessing: {
          entry: entering(enterAssessing),
          on: { 'timer.due': overdue({ kind: 'unanswered', op: 'status' }) },
          always: [TO_STOPPING, { guard: 'hasStatus', target: 'loadingBook' }],
        },
        loadingBook: {
          entry: entering(enterLoadingBook),
          on: { 'book.loaded': NOTED, 'timer.due': overdue({ kind: 'bookSilent' }) },
          always: [TO_STOPPING, { guard: 'isBookLoaded', target: 'reading' }],
        },
        // A session that the book never saw the end of comes first: it may have delivered more than was booked.
        reading: {
          entry: entering(enterReading),
          on: { 'belt.record': NOTED, 'timer.due': overdue({ kind: 'unanswered', op: 'record' }) },
          always: [
            TO_STOPPING,
            { guard: 'isReconciled', target: 'allowing' },
            { guard: 'hasRecord', target: 'reconciling' },
          ],
        },
        reconciling: {
          entry: entering(enterReconciling),
          on: { 'book.reconciled': noteAndGo('reading'), 'timer.due': overdue({ kind: 'bookSilent' }) },
          always: TO_STOPPING,
        },
        // Too soon, too much, or a clock that was moved: before the belt is asked for anything.
        allowing: {
          entry: entering(enterAllowing),
          on: {
            'book.allowed': NOTED,
            'book.refused': NOTED,
            'timer.due': overdue({ kind: 'bookSilent' }),
          },
          always: [TO_STOPPING, { guard: 'isAllowed', target: 'preparing' }],
        },
        preparing: {
          entry: entering(enterPreparing),
          on: { 'belt.prepared': NOTED, 'timer.due': overdue({ kind: 'unanswered', op: 'prepare' }) },
          always: [TO_STOPPING, { guard: 'isPrepared', target: '#session.ready' }],
        },
      },
    },
    ready: {
      on: ALWAYS_HEARD,
      initial: 'waiting',
      states: {
        waiting: {
          entry: entering(enterReady),
          on: {
            'operator.arm': NOTED,
            'timer.due': overdue({ kind: 'stop', cause: 'unanswered' }),
          },
          always: [TO_STOPPING, { guard: 'hasSaidYes', target: 'beginning' }],
        },
        // No durable intent, no emission.
        beginning: {
          entry: entering(enterBeginning),
          on: {
            'book.begun': NOTED,
            'book.refused': NOTED,
            'timer.due': overdue({ kind: 'bookSilent' }),
          },
          always: [TO_STOPPING, { guard: 'isBegun', target: 'reserving' }],
        },
        reserving: {
          entry: entering(enterReserving),
          on: { 'book.reserved': NOTED, 'timer.due': overdue({ kind: 'bookSilent' }) },
          always: [TO_STOPPING, { guard: 'isReserved', target: 'arming' }],
        },
        arming: {
          entry: entering(enterArming),
          on: { 'belt.answered': NOTED, 'timer.due': overdue({ kind: 'unanswered', op: 'arm' }) },
          always: [TO_STOPPING, { guard: 'isArmAcknowledged', target: '#session.countdown' }],
        },
      },
    },
    countdown: {
      entry: entering(enterCountdown),
      on: {
        ...ALWAYS_HEARD,
        'operator.pause': NOTED,
        'timer.due': overdue({ kind: 'unanswered', op: 'countdown' }),
      },
      always: [
        TO_STOPPING,
        { guard: 'isPauseWanted', target: 'paused' },
        { guard: 'isBeltArmed', target: 'emitting' },
      ],
    },
    emitting: {
      entry: entering(enterEmitting),
      on: {
        ...ALWAYS_HEARD,
        'book.reserved': NOTED,
        'operator.pause': NOTED,
        'timer.due': overdue({ kind: 'unanswered', op: 'light' }),
      },
      always: [TO_STOPPING, { guard: 'isPauseWanted', target: 'paused' }],
    },
    paused: {
      entry: entering(enterPaused),
      on: { ...ALWAYS_HEARD, 'book.reserved': NOTED },
      initial: 'holding',
      states: {
        holding: {
          entry: entering(enterHolding),
          on: {
            'operator.resume': { guard: 'isBeltPaused', target: 'resuming', actions: NOTE },
            'belt.answered': NOTED,
            'timer.due': overdue({ kind: 'pausedTooLong' }),
          },
          always: TO_STOPPING,
        },
        resuming: {
          entry: entering(enterResuming),
          on: {
            'belt.answered': NOTED,
            'operator.pause': noteAndGo('holding'),
            'timer.due': overdue({ kind: 'unanswered', op: 'resume' }),
          },
          always: [
            TO_STOPPING,
            { guard: 'isResumeRefused', target: 'holding' },
            { guard: 'isPausedAgain', target: 'holding' },
            { guard: 'isCountingDownAgain', target: '#session.countdown' },
            { guard: 'isResumed', target: '#session.emitting' },
          ],
        },
      },
    },
    stopping: {
      entry: entering(enterStopping),
      on: { ...ALWAYS_HEARD, 'timer.due': NOTED },
      initial: 'deciding',
      states: {
        deciding: {
          always: [
            { guard: 'isAbandoned', target: 'closing' },
            { guard: 'isSurelyDark', target: 'closing' },
            { guard: 'isLinkOpen', target: 'confirming' },
            { target: 'reconnecting' },
          ],
        },
        // Off is a fact read from the belt.
        confirming: {
          entry: entering(enterConfirming),
          on: {
            'timer.due': [
              {
                guard: 'overdue',
                actions: ['note', { type: 'enter', params: { as: repeatStop } }, PERFORM],
              },
              NOTED,
            ],
          },
          always: [
            { guard: 'isConfirmed', target: 'recording' },
            { guard: 'isAbandoned', target: 'closing' },
            { guard: 'isLinkClosed', target: 'retrying' },
            { guard: 'isStillShining', target: 'recording' },
            { guard: 'isStopExhausted', target: 'retrying' },
          ],
        },
        reconnecting: {
          entry: entering(enterReconnecting),
          on: {
            'belt.opened': NOTED,
            'belt.unreachable': noteAndGo('retrying'),
            'timer.due': overdueTo('closing'),
          },
          always: [
            { guard: 'isAbandoned', target: 'closing' },
            { guard: 'isOtherBelt', target: 'closing' },
            { guard: 'isReconnectOver', target: 'closing' },
            { guard: 'isLinkOpen', target: 'confirming' },
          ],
        },
        // Without a link the belt is dark. Never again at once: a belt that takes the link and drops it again must not keep us in a loop.
        retrying: {
          entry: entering(enterRetrying),
          on: { 'timer.due': overdueTo('reconnecting') },
          always: { guard: 'isAbandoned', target: 'closing' },
        },
        // The belt's own record replaces whatever we could not see.
        recording: {
          entry: entering(enterRecording),
          on: { 'belt.record': noteAndGo('closing'), 'timer.due': overdueTo('closing') },
          always: [
            { guard: 'isAbandoned', target: 'closing' },
            { guard: 'isLinkClosed', target: 'closing' },
          ],
        },
        closing: {
          entry: entering(enterClosing),
          on: {
            'book.closed': NOTED,
            'timer.due': [
              { guard: 'overdue', actions: [...NOTE, { type: 'blame', params: { kind: 'bookSilent' } }] },
              NOTED,
            ],
          },
          always: { guard: 'isClosed', target: 'ended' },
        },
        ended: {
          always: [
            { guard: 'endsCompleted', target: '#session.completed' },
            { guard: 'endsStopped', target: '#session.stopped' },
            { guard: 'endsCutoff', target: '#session.cutoff' },
            { guard: 'endsLockout', target: '#session.lockout' },
            { guard: 'endsRefused', target: '#session.refused' },
            { target: '#session.failed' },
          ],
        },
      },
    },
    completed: { type: 'final' },
    stopped: { type: 'final' },
    cutoff: { type: 'final' },
    lockout: { type: 'final' },
    refused: { type: 'final' },
    failed: { type: 'final' },
  },
});

export type SessionMachine = typeof sessionMachine;
