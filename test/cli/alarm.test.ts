// What nobody may miss, in every view: light that does not go off, and the question whether somebody is still there.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { ALARM_WORDS, alarmOf, DARK_NOW_WORDS, withAlarm } from '../../src/cli/alarm.ts';
import { askSession } from '../../src/cli/control-client.ts';
import { startControlServer } from '../../src/cli/control-server.ts';
import type { Presenter } from '../../src/cli/presenter.ts';
import { createJsonPresenter } from '../../src/cli/presenter-json.ts';
import { createLivePresenter } from '../../src/cli/presenter-live.ts';
import { createPlainPresenter, createQuietPresenter } from '../../src/cli/presenter-plain.ts';
import { readKeys } from '../../src/cli/question.ts';
import { statusOf } from '../../src/cli/session-status-of.ts';
import type { SessionStatus } from '../../src/cli/session-status.ts';
import { createPaint } from '../../src/cli/style.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import { ARE_YOU_THERE } from '../../src/safety/warnings.ts';
import { createRig, programOf, zoneOf } from '../session/support/rig.ts';
import { createFakeIo, sessionStatus, zoneStatus, type FakeIo } from './support.ts';
import { TEST_MS, useCommand } from './use-command.ts';

const BELL = '\u0007';
const TICK: SessionEvent = { type: 'timer.due', atMs: 0 };
const paint = createPaint(false);

interface View {
  readonly io: FakeIo;
  readonly presenter: Presenter;
  /** By the wall. */
  nowMs: number;
}

const MODES = ['live', 'plain', 'json', 'quiet'] as const;
type Mode = (typeof MODES)[number];

function createView(mode: Mode, isTerminal = true): View {
  const io = createFakeIo({ isErrorTerminal: isTerminal });
  const made: Readonly<Record<Mode, () => Presenter>> = {
    live: () => createLivePresenter(io, paint, paint),
    plain: () => createPlainPresenter(io, () => view.nowMs, paint),
    json: () => createJsonPresenter(io),
    quiet: () => createQuietPresenter(io, paint),
  };
  const view: { io: FakeIo; presenter: Presenter; nowMs: number } = { io, presenter: made[mode](), nowMs: 0 };
  view.presenter = withAlarm(view.presenter, {
    io,
    nowMs: () => view.nowMs,
    isQuiet: mode === 'json' || mode === 'quiet',
    ...(mode === 'json' ? { record: (told: object) => io.out(`${JSON.stringify(told)}\n`) } : {}),
  });
  return view;
}

const update = ({ presenter }: View, status: Partial<SessionStatus>, atMs: number): void =>
  presenter.update(sessionStatus(status), TICK, { at: '2026-01-01T00:00:00.000Z', atMs });

const bellsIn = (text: string): number => text.split(BELL).length - 1;
const STOPPING = { state: 'stopping', emission: false } as const;

const outcomeOf = (emissionOff: 'confirmed' | 'unconfirmed', hazards: readonly `H${string}`[] = []) =>
  ({
    outcome: 'stopped',
    emissionOff,
    hazard: null,
    hazards,
    session: '0011223344556677',
    plan: 'test',
    durationMs: 1000,
    emissionMs: 900,
    zones: [],
    message: 'The session was stopped.',
    exitCode: 7,
  }) as const;

describe('what is an alarm', () => {
  it('H10 at once; an off that is not confirmed from a second on; nothing else', () => {
    expect(alarmOf(sessionStatus({ hazards: ['H10'] }), NaN)).toBe('stillShines');
    expect(alarmOf(sessionStatus(STOPPING), 999)).toBeUndefined();
    expect(alarmOf(sessionStatus(STOPPING), 1000)).toBe('offUnconfirmed');
    expect(alarmOf(sessionStatus({ state: 'stopping', emission: true }), 1000)).toBe('stillShines');
    expect(alarmOf(sessionStatus({ hazards: ['H01', 'H05'] }), NaN)).toBeUndefined();
  });

  it('H10 of a belt that says dark, of every zone and now: not before a second without its confirmation', () => {
    const dark = { ...STOPPING, hazards: ['H10'], zones: [zoneStatus({ irradianceMwPerCm2: 0 })] };
    expect(alarmOf(sessionStatus(dark), 0)).toBeUndefined();
    expect(alarmOf(sessionStatus(dark), 999)).toBeUndefined();
    expect(alarmOf(sessionStatus(dark), 1000)).toBe('stillShines');
    expect(alarmOf(sessionStatus({ ...dark, emission: true }), 0)).toBe('stillShines');
    expect(alarmOf(sessionStatus({ ...dark, statusAgeMs: null }), 0)).toBe('stillShines');
    expect(alarmOf(sessionStatus({ ...dark, zones: [zoneStatus()] }), 0)).toBe('stillShines');
    expect(alarmOf(sessionStatus({ ...dark, state: 'lockout' }), NaN)).toBeUndefined();
  });

  it('each says what to do with the hands', () => {
    for (const words of Object.values(ALARM_WORDS))
      expect(words).toMatch(/ake (it|the belt) off now.*pull out its battery/);
  });
});

describe.each(MODES)('the %s view', (mode) => {
  it('H10: bell and words, the words once', () => {
    const view = createView(mode);
    update(view, { hazards: ['H10'] }, 0);
    update(view, { hazards: ['H10'] }, 100);
    const said = view.io.stderr();
    expect(said.split(ALARM_WORDS.stillShines)).toHaveLength(2);
    expect(bellsIn(said)).toBe(1);
  });

  it('H10 that is confirmed off: dark now, not to be used before it is repaired; no hands are hurried', () => {
    const view = createView(mode);
    const zones = [zoneStatus({ irradianceMwPerCm2: 0 })];
    update(view, { ...STOPPING, hazards: ['H10'], zones }, 0);
    view.presenter.finish(outcomeOf('confirmed', ['H10']), { at: '', atMs: 300 });
    const said = view.io.stderr();
    expect(said.trimEnd().endsWith(DARK_NOW_WORDS)).toBe(true);
    expect(said).not.toMatch(/off now|battery out|SHINES/);
    expect(bellsIn(said)).toBe(1);
  });

  it('rings on once a second as long as it lasts', () => {
    const view = createView(mode);
    for (; view.nowMs <= 5000; view.nowMs += 100) update(view, { hazards: ['H10'] }, view.nowMs);
    expect(bellsIn(view.io.stderr())).toBe(6);
  });

  it('an off that nobody confirms: from a second on, and again as the last word', () => {
    const view = createView(mode);
    update(view, STOPPING, 5000);
    expect(view.io.stderr()).not.toContain(ALARM_WORDS.offUnconfirmed);
    update(view, STOPPING, 6000);
    expect(view.io.stderr()).toContain(ALARM_WORDS.offUnconfirmed);
    const before = view.io.stderr().length;
    view.presenter.finish(outcomeOf('unconfirmed'), { at: '', atMs: 7000 });
    const last = view.io.stderr().slice(before);
    expect(last.trimEnd().endsWith(ALARM_WORDS.offUnconfirmed)).toBe(true);
    expect(bellsIn(last)).toBe(3);
  });

  it('a stop that is confirmed in time, and every other end, stays quiet', () => {
    const view = createView(mode);
    update(view, STOPPING, 5000);
    update(view, STOPPING, 5300);
    update(view, { state: 'stopped', emission: false }, 9000);
    view.presenter.finish(outcomeOf('confirmed'), { at: '', atMs: 9000 });
    expect(bellsIn(view.io.stderr())).toBe(0);
    expect(view.io.stderr()).not.toMatch(/battery out|TAKE|NOBODY KNOWS/);
  });

  it('H23: one bell and the question, each time it is asked anew', () => {
    const view = createView(mode);
    const asking = { warnings: [ARE_YOU_THERE] };
    for (const atMs of [0, 250, 500]) update(view, asking, atMs);
    expect(bellsIn(view.io.stderr())).toBe(1);
    expect(view.io.stderr()).toContain('Are you still there?');
    update(view, {}, 750);
    update(view, asking, 700_000);
    expect(bellsIn(view.io.stderr())).toBe(2);
  });

  it('a log file gets the words and no bell', () => {
    const view = createView(mode, false);
    update(view, { hazards: ['H10'] }, 0);
    expect(view.io.stderr()).toContain(ALARM_WORDS.stillShines);
    expect(bellsIn(view.io.stderr())).toBe(0);
  });
});

describe('for scripts', () => {
  it('alarm and question are records of their own, and stdout stays JSON Lines', () => {
    const view = createView('json');
    update(view, { hazards: ['H10'], warnings: [ARE_YOU_THERE] }, 0);
    view.presenter.finish(outcomeOf('unconfirmed', ['H10']), { at: '', atMs: 1 });
    const records = view.io
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly event: string });
    expect(records).toContainEqual(
      expect.objectContaining({ event: 'session.alarm', alarm: 'stillShines', do: ALARM_WORDS.stillShines }),
    );
    expect(records).toContainEqual(
      expect.objectContaining({ event: 'session.presence', asks: ARE_YOU_THERE }),
    );
  });
});

describe('H23 from the session to the screen and back', () => {
  it('the question of a whole session is seen, a key answers it, and the light stays on', () => {
    const view = createView('plain');
    const rig = createRig({
      program: programOf([[zoneOf(0, { irradianceMwPerCm2: 20, radiantExposureJPerCm2: 14.4 })]]),
      input: { isPresenceAssumed: false },
      onView: (shown, event) =>
        view.presenter.update(statusOf(shown, 'sim'), event, { at: '', atMs: event.atMs }),
    });
    rig.send({ type: 'operator.start' });
    rig.until('emitting');
    rig.run(9 * 60_000);
    expect(view.io.stderr()).not.toContain('Are you still there?');
    rig.run(70_000);
    expect(view.io.stderr()).toContain('Are you still there?');
    rig.send({ type: 'operator.present' });
    expect(rig.untilOver().outcome).toBe('completed');
    expect(bellsIn(view.io.stderr())).toBe(1);
  });

  it('whoever asks for the status is there; a view left running is not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'laserbelt-look-'));
    const path = join(folder, 's');
    const asked: boolean[] = [];
    const server = await startControlServer(path, {
      stop: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
      status(isAsked) {
        asked.push(isAsked);
        return sessionStatus();
      },
    });
    for (const command of ['status', 'look'] as const)
      expect(await askSession(path, command)).toMatchObject({ ok: true, response: { type: 'status' } });
    server.finish(undefined);
    rmSync(folder, { recursive: true, force: true });
    expect(asked).toEqual([true, false]);
  });

  it.each(['x', ' ', '\u001b[A', 'p', '\r'])('key %j is a sign', (key) => {
    const { stdin } = process;
    const setRawMode = vi.fn();
    const original = Object.getOwnPropertyDescriptor(stdin, 'setRawMode');
    Object.defineProperty(stdin, 'setRawMode', { value: setRawMode, configurable: true });
    const handlers = {
      pause: vi.fn(),
      resume: vi.fn(),
      stop: vi.fn(),
      skip: vi.fn(),
      present: vi.fn(),
      interrupt: vi.fn(),
    };
    const giveBack = readKeys(createFakeIo({ isInputTerminal: true }), handlers);
    stdin.emit('data', key);
    giveBack();
    if (original === undefined) Reflect.deleteProperty(stdin, 'setRawMode');
    else Object.defineProperty(stdin, 'setRawMode', original);
    expect(handlers.present).toHaveBeenCalledTimes(1);
    expect(handlers.interrupt).not.toHaveBeenCalled();
  });
});

describe('the real command', () => {
  const withPlace = useCommand();
  const FAULT = ['--fault', 'emitter-stuck-on@2s:zone=L2,master=welded'];
  it(
    'a belt that shines on: exit 8, the words in the log of each view',
    withPlace(async (place) => {
      for (const option of ['--json', '--quiet', '--no-color']) {
        const run = await place.finish(
          'start',
          'low-back-spasm',
          '--sim',
          '--yes',
          '--speed',
          '20',
          ...FAULT,
          option,
        );
        expect(run.exitCode, option).toBe(8);
        expect(run.err.trimEnd().endsWith(ALARM_WORDS.stillShines), option).toBe(true);
        if (option === '--json') expect(run.out).toContain('"event":"session.alarm"');
        else expect(run.out).toContain('LIGHT OFF NOT CONFIRMED');
      }
    }),
    TEST_MS,
  );
});
