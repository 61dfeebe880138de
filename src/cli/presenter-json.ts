// A session as JSON Lines for scripts. Additions only: readers ignore what they do not know.
import type { Io } from './io.ts';
import type { Presenter } from './presenter.ts';
import { outcomeRecord } from './render-outcome.ts';
import type { SessionStatus } from './session-status.ts';

export function createJsonPresenter(io: Io): Presenter {
  let state: string | undefined;
  const hazards = new Set<string>();
  const write = (record: object): void => io.out(`${JSON.stringify(record)}\n`);
  return {
    planned({ table, ...session }, stamp) {
      write({ event: 'session.planned', ...stamp, ...session, ...table });
    },
    update(status, event, stamp) {
      if (status.state !== state) {
        write({
          event: 'session.state',
          ...stamp,
          state: status.state,
          before: state ?? null,
          ...contextOf(status),
        });
        state = status.state;
      }
      for (const hazard of status.hazards.filter((id) => !hazards.has(id))) {
        hazards.add(hazard);
        write({ event: 'session.hazard', ...stamp, hazard, state: status.state });
      }
      if (event.type === 'belt.tick')
        write({ event: 'session.tick', ...stamp, tick: event.report.tick, ...status });
    },
    visit(event, status, stamp) {
      switch (event.type) {
        case 'course':
          return write({
            event: 'session.course',
            ...stamp,
            number: event.number,
            of: event.of,
            planChanged: event.planChanged,
          });
        case 'care.started':
          return write({
            event: 'care.started',
            ...stamp,
            step: event.step,
            stepCount: event.stepCount,
            measure: status?.care?.measure ?? null,
            say: status?.care?.say ?? null,
            durationMs: status?.care?.durationMs ?? 0,
            session: status?.session ?? null,
          });
        case 'care.ended':
          return write({ event: 'care.ended', ...stamp, ...event.care, isBooked: event.isBooked });
        case 'care.counting':
          return undefined;
      }
    },
    // Words for people have no place in a stream for programs.
    note: () => undefined,
    suspend: () => undefined,
    resume: () => undefined,
    finish: (outcome, stamp) => write(outcomeRecord(outcome, stamp)),
  };
}

const contextOf = (status: SessionStatus): object => ({
  emission: status.emission,
  pauseCause: status.pauseCause,
  session: status.session,
});
