// How the runner drives the machine. Nine events in ten only change what is known: their state notes them, and nothing
// of its `always` becomes due. XState builds a dozen sets to find that out; here the machine's own tables and its own
// guards say the same. Every other event goes to XState; test/session/session-logic.test.ts holds the two side by side.
import type { ActorLogic, SnapshotFrom } from 'xstate';
import type { SessionInput } from './context.ts';
import type { Effect } from './effects.ts';
import type { SessionEvent } from './events.ts';
import { guards, isGuardName, type Guard } from './guards.ts';
import { sessionMachine, type SessionMachine } from './machine.ts';
import { NOTE, PERFORM } from './machine-parts.ts';
import { note } from './note.ts';

export type SessionSnapshot = SnapshotFrom<SessionMachine>;
type StateNode = SessionMachine['root'];

/** What one innermost state does with events that only tell something. */
interface Listening {
  /** The events whose transition is `NOTED`: no guard, no target, no other action. */
  readonly noted: ReadonlySet<string>;
  /** Its eventless transitions and those around it. One of them due, and the event leads on. */
  readonly leaving: readonly Guard[];
}

const pathTo = (node: StateNode): readonly StateNode[] =>
  node.parent === undefined ? [node] : [node, ...pathTo(node.parent)];

/** The nearest state that names an event has the say. */
function notedOn(path: readonly StateNode[]): ReadonlySet<string> {
  const isNoted = new Map<string, boolean>();
  for (const node of path)
    for (const [type, [first, ...others]] of node.transitions)
      if (!isNoted.has(type))
        isNoted.set(
          type,
          others.length === 0 &&
            first?.guard === undefined &&
            first?.target === undefined &&
            first?.actions === NOTE,
        );
  return new Set([...isNoted.keys()].filter((type) => isNoted.get(type)));
}

/** Undefined for a state that only XState can judge: its ways out are not all named guards of ours. */
function listeningOf(node: StateNode): Listening | undefined {
  const path = pathTo(node);
  const leaving: Guard[] = [];
  for (const { guard } of path.flatMap((around) => around.always ?? [])) {
    if (typeof guard !== 'string' || !isGuardName(guard)) return undefined;
    leaving.push(guards[guard]);
  }
  const isPlain = path.every((around) => ![...around.transitions.keys()].some((type) => type.includes('*')));
  return isPlain ? { noted: notedOn(path), leaving } : undefined;
}

const nameOf = (node: StateNode): string => node.path.join('.');

/** The machine is two states deep at most. */
function listeningIn(node: StateNode): readonly (readonly [string, Listening])[] {
  const inner = Object.values<StateNode>(node.states);
  if (inner.length > 0) return inner.flatMap(listeningIn);
  const listening = listeningOf(node);
  return listening === undefined || node.type !== 'atomic' ? [] : [[nameOf(node), listening]];
}

const LISTENING: ReadonlyMap<string, Listening> = new Map(listeningIn(sessionMachine.root));

/** `emitting`, `paused.holding`. */
export function placeOf({ value }: SessionSnapshot): string {
  if (typeof value === 'string') return value;
  for (const [outer, inner] of Object.entries(value)) return `${outer}.${String(inner)}`;
  return '';
}

/** The snapshot after an event that only told something; undefined when XState has to judge. */
export function justNoted(snapshot: SessionSnapshot, event: SessionEvent): SessionSnapshot | undefined {
  const listening = LISTENING.get(placeOf(snapshot));
  if (listening?.noted.has(event.type) !== true || snapshot.status !== 'active') return undefined;
  const context = { session: note(snapshot.context.session, event) };
  for (const isDue of listening.leaving) if (isDue({ context, event })) return undefined;
  return { ...snapshot, context };
}

/** The shipped machine; what it asks of the world goes to `perform` within the step, as with XState's own actions. */
export function createSessionLogic(
  perform: (effects: readonly Effect[]) => void,
): ActorLogic<SessionSnapshot, SessionEvent, SessionInput> {
  return {
    getInitialSnapshot: sessionMachine.getInitialSnapshot,
    getPersistedSnapshot: sessionMachine.getPersistedSnapshot,
    transition(snapshot, event, scope) {
      const noted = justNoted(snapshot, event);
      if (noted !== undefined) {
        perform(noted.context.session.effects);
        return noted;
      }
      return sessionMachine.transition(snapshot, event, {
        ...scope,
        // What `PERFORM` says: the machine's other actions are assignments, which XState keeps to itself.
        actionExecutor: ({ type, params }) =>
          type === PERFORM.type ? perform(params as readonly Effect[]) : undefined,
      });
    },
  };
}
