// The session as states and transitions, nothing else. Facts come from note.ts, what begins with a state from entries.ts
// and stopping.ts, effects go out as data through the one action `perform`. Every event a state does not name is ignored
// there; test/session/matrix.test.ts writes the whole table down.
import { assign, setup } from 'xstate';
import {
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
  type Entry,
} from './entries.ts';
import { initialContext, type EndReason, type SessionInput } from './context.ts';
import type { Effect } from './effects.ts';
import type { SessionEvent } from './events.ts';
import { guards, type MachineContext } from './guards.ts';
import { addReason } from './judge.ts';
import { note } from './note.ts';
import {
  enterClosing,
  enterConfirming,
  enterReconnecting,
  enterRecording,
  enterRetrying,
  enterStopping,
  repeatStop,
} from './stopping.ts';

const base = setup({
  types: {
    context: {} as MachineContext,
    events: {} as SessionEvent,
    input: {} as SessionInput,
  },
  actions: {
    note: assign(({ context, event }) => ({ session: note(context.session, event) })),
    // In an object, because XState calls params that are functions.
    enter: assign(({ context }, { as }: { readonly as: Entry }) => ({ session: as(context.session) })),
    blame: assign(({ context }, reason: EndReason) => ({ session: addReason(context.session, reason) })),
    /** The one way out. Nothing here: the runner puts the ports in. */
    perform: (_, _effects: readonly Effect[]) => {},
  },
  guards,
});

const PERFORM = {
  type: 'perform',
  params: ({ context }: { readonly context: MachineContext }) => context.session.effects,
} as const;
const NOTE = ['note', PERFORM] as const;
const NOTED = { actions: NOTE } as const;
const noteAndGo = <T extends string>(target: T) => ({ target, actions: NOTE }) as const;
const entering = (entry: Entry) => [{ type: 'enter', params: { as: entry } }, PERFORM] as const;

/** When the state's own bound passes, this is why the session ends. */
const overdue = (reason: EndReason) =>
  [{ guard: 'overdue', actions: [...NOTE, { type: 'blame', params: reason }] }, NOTED] as const;
/** When the state's own bound passes, the session goes on there. */
const overdueTo = <T extends string>(target: T) =>
  [{ guard: 'overdue', target, actions: NOTE }, NOTED] as const;

/** What is heard in every state with a session in it. */
const ALWAYS_HEARD = {
  'operator.stop': NOTED,
  'operator.abandon': NOTED,
  'controller.failed': NOTED,
  'link.lost': NOTED,
  'belt.tick': NOTED,
  'belt.noticed': NOTED,
  'belt.badFrame': NOTED,
  'book.failed': NOTED,
} as const;

const TO_STOPPING = { guard: 'isEnding', target: '#session.stopping' } as const;

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
            { guard: 'isReconciled', target: 'preparing' },
            { guard: 'hasRecord', target: 'reconciling' },
          ],
        },
        reconciling: {
          entry: entering(enterReconciling),
          on: { 'book.reconciled': noteAndGo('reading'), 'timer.due': overdue({ kind: 'bookSilent' }) },
          always: TO_STOPPING,
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
            'operator.arm': noteAndGo('beginning'),
            'timer.due': overdue({ kind: 'stop', cause: 'unanswered' }),
          },
          always: TO_STOPPING,
        },
        // No durable intent, no emission.
        beginning: {
          entry: entering(enterBeginning),
          on: { 'book.begun': NOTED, 'timer.due': overdue({ kind: 'bookSilent' }) },
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
