// What the machine is put together from: its types, its four actions, and the few shapes that its transitions have.
import { assign, setup } from 'xstate';
import type { EndReason, SessionInput } from './context.ts';
import type { Effect } from './effects.ts';
import type { Entry } from './entries.ts';
import type { SessionEvent } from './events.ts';
import { guards, type MachineContext } from './guards.ts';
import { addReason } from './judge.ts';
import { note } from './note.ts';

export const base = setup({
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

export const PERFORM = {
  type: 'perform',
  params: ({ context }: { readonly context: MachineContext }) => context.session.effects,
} as const;
export const NOTE = ['note', PERFORM] as const;
export const NOTED = { actions: NOTE } as const;
export const noteAndGo = <T extends string>(target: T) => ({ target, actions: NOTE }) as const;
export const entering = (entry: Entry) => [{ type: 'enter', params: { as: entry } }, PERFORM] as const;

/** When the state's own bound passes, this is why the session ends. */
export const overdue = (reason: EndReason) =>
  [{ guard: 'overdue', actions: [...NOTE, { type: 'blame', params: reason }] }, NOTED] as const;
/** When the state's own bound passes, the session goes on there. */
export const overdueTo = <T extends string>(target: T) =>
  [{ guard: 'overdue', target, actions: NOTE }, NOTED] as const;

/** What is heard in every state with a session in it. */
export const ALWAYS_HEARD = {
  'operator.stop': NOTED,
  'operator.abandon': NOTED,
  'operator.present': NOTED,
  'controller.failed': NOTED,
  'link.lost': NOTED,
  'belt.tick': NOTED,
  'belt.noticed': NOTED,
  'belt.badFrame': NOTED,
  'book.failed': NOTED,
} as const;

export const TO_STOPPING = { guard: 'isEnding', target: '#session.stopping' } as const;
