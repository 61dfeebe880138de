// A look at a belt, on tape where there is one: opened, and closed again, before a care step that stands first.
import type { BeltPort } from '../belt/belt.ts';
import { lookAtBelt, type Looked, type LookEvent } from './look.ts';
import { tapedBelt } from './record-session.ts';
import type { Tape } from './record-tape.ts';

type Listen = (handler: (event: LookEvent) => void) => void;

/** As `lookAtBelt`. */
export function lookOnTape(belt: BeltPort, listen: Listen, tape: Tape | undefined): Promise<Looked> {
  if (tape === undefined) return lookAtBelt(belt, listen);
  const taped = tapedBelt(belt, (call, args, act) => tape.call({ t: 'did', call, with: args }, act));
  const begun: { looked?: Promise<Looked> } = {};
  tape.take({ t: 'look' }, () => {
    begun.looked = lookAtBelt(taped, (handler) =>
      listen((event) => tape.take({ t: 'seen', event }, () => handler(event))),
    );
  });
  return begun.looked ?? lookAtBelt(belt, listen);
}
