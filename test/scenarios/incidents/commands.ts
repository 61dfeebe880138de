// Rows 4, 6, 8 and 9: commands, their answers, and what else is on the wire.
import { createPlainEnvelope } from '../../../protocol/envelope.ts';
import { decodeCommand, encodeAnswer, encodeCommand } from '../../../protocol/documents.ts';
import { FRAME, type CommandMessage, type OpName } from '../../../protocol/messages.ts';
import { createReassembler, splitMessage } from '../../../protocol/segments.ts';
import { armed, setUp } from '../../firmware-sim/bench.ts';
import { startRig } from '../../session/support/rig.ts';
import { withDefect, type FirmwareDefect } from './firmware-defect.ts';
import { BOOKED, isBooked, nextStart, over, type Incident, ONE_ZONE } from './incident.ts';
import { tapInto, type Tap } from './tap.ts';

const NOTHING = new Uint8Array(0);

/** Frames of one message of a single segment, with a counter that is not the belt's newest. */
function framesOf(type: number, message: Uint8Array, counter: number): readonly Uint8Array[] {
  const envelope = createPlainEnvelope();
  for (let count = 1; count < counter; count++) envelope.seal(type, NOTHING, 0);
  const frames: Uint8Array[] = [];
  splitMessage(message, (body, length) => frames.push(envelope.seal(type, body, length).slice()));
  return frames;
}

/** Whole commands out of the frames that go to the belt. */
function createCommandReader(): (frame: Uint8Array) => CommandMessage | undefined {
  const parts = createReassembler();
  const envelope = createPlainEnvelope();
  return (frame) => {
    const opened = envelope.open(frame);
    if (!opened.ok || opened.type !== FRAME.command) return undefined;
    const whole = parts.take(opened.bytes, opened.at, opened.length, 0);
    const command = whole?.ok === true ? decodeCommand(whole.value) : undefined;
    return command?.ok === true ? command.value : undefined;
  };
}

const DOUBLE_START: Incident = {
  name: 'double-start',
  defect: 'the second of two starts waits for its turn and knows nothing of the first',
  killedBy: 'two starts are one dose',
  play(isDefective, check) {
    const rig = startRig({ program: ONE_ZONE });
    rig.send({ type: 'operator.start' });
    rig.send({ type: 'operator.arm', consent: 'atController' });
    const second = nextStart(rig, '00112233445566bb', { program: ONE_ZONE });
    second.send({ type: 'operator.start' });
    check('the second is refused', over(second, check)?.outcome === 'refused');
    check('the first is not disturbed', over(rig, check)?.outcome === 'completed');
    const inFlight = nextStart(rig, '00112233445566cc', {
      program: ONE_ZONE,
      ...(isDefective ? { bookLines: [] } : {}),
    });
    inFlight.send({ type: 'operator.start' });
    over(inFlight, check);
    check('two starts are one dose', (rig.delivered().get('L1/808') ?? NaN) <= 0.5 * 1.01);
    check(BOOKED, isBooked(inFlight));
  },
};

const RESPONSE_FOR_OTHER: Incident = {
  name: 'response-for-other-command',
  defect: 'whatever answer comes next is taken for the answer to the command that waits',
  killedBy: 'a late answer to PAUSE is none to RESUME',
  play(isDefective, check) {
    const read = createCommandReader();
    const commands: CommandMessage[] = [];
    let tap: Tap | undefined;
    const rig = startRig({
      program: ONE_ZONE,
      wrapPeripheral(belt) {
        tap = tapInto(belt, {
          onWrite(characteristic, bytes, pass) {
            const command = characteristic === 'controlPoint' ? read(bytes) : undefined;
            if (command !== undefined) commands.push(command);
            pass();
          },
        });
        return tap.peripheral;
      },
    });
    rig.run(2000);
    rig.send({ type: 'operator.pause' });
    rig.run(500);
    const late = commands.find(({ op }) => op === 'pause');
    rig.belt.inject('answer-lost:op=resume,effect=before,count=9');
    rig.send({ type: 'operator.resume' });
    rig.run(20);
    const waiting = commands.at(-1);
    check('RESUME waits for its answer', waiting?.op === 'resume' && late?.op === 'pause');
    const answered = isDefective ? waiting : late;
    const message = encodeAnswer({
      op: answered?.op ?? 'pause',
      commandId: answered?.commandId ?? 0,
      code: 'ok',
      operand: NOTHING,
    });
    for (const frame of framesOf(FRAME.answer, message, 200)) tap?.say('controlPoint', frame);
    rig.run(20);
    const isTaken = rig.events.some(
      (event) =>
        event.type === 'belt.answered' && event.op === 'resume' && event.outcome.kind === 'acknowledged',
    );
    check('a late answer to PAUSE is none to RESUME', !isTaken);
    const outcome = over(rig, check);
    check('the end is dark, and confirmed', outcome?.emissionOff === 'confirmed');
    check(BOOKED, isBooked(rig));
  },
};

/** The echo in the ticks is that of the newest command, whatever it was for. */
const ECHOES_ALL: FirmwareDefect = {
  step(fw) {
    const newest = fw.owner?.lastCommand?.[1];
    if (newest !== undefined) fw.commandId = newest;
  },
};

const DIAGNOSTIC_TRAFFIC: Incident = {
  name: 'diagnostic-traffic-erases-evidence',
  defect: 'each command advances the echo, diagnostics included',
  killedBy: 'the echo still names the command that changed something',
  play: (isDefective, check) =>
    withDefect(isDefective ? ECHOES_ALL : undefined, () => {
      const bench = setUp();
      armed(bench);
      const { clock, controller } = bench;
      controller.command('pause');
      clock.advance(500);
      const evidence = controller.lastTick().commandId;
      check('PAUSE left its id', evidence > 0 && controller.lastTick().state === 'paused');
      const asking: readonly OpName[] = ['poll', 'identify', 'poll', 'features', 'poll'];
      for (const op of asking) {
        check('diagnostics are answered', controller.command(op)?.code === 'ok');
        controller.readRecord({ op: 'last' });
        clock.advance(300);
        check(
          'the echo still names the command that changed something',
          controller.lastTick().commandId === evidence,
        );
      }
    }),
};

const CONCURRENT: Incident = {
  name: 'concurrent-commands',
  defect: 'a second command is written while the first has no answer',
  killedBy: 'one command at a time',
  play(isDefective, check) {
    const read = createCommandReader();
    let waiting: CommandMessage | undefined;
    let tap: Tap | undefined;
    let extraId = 100;
    const rig = startRig({
      program: ONE_ZONE,
      wrapPeripheral(belt) {
        tap = tapInto(belt, {
          onWrite(characteristic, bytes, pass) {
            const command = characteristic === 'controlPoint' ? read(bytes) : undefined;
            if (command !== undefined) {
              // The same once more is a repetition, not another one.
              check(
                'one command at a time',
                waiting === undefined || waiting.commandId === command.commandId,
              );
              waiting = command;
            }
            pass();
          },
          onValue(characteristic) {
            if (characteristic === 'controlPoint') waiting = undefined;
          },
        });
        return tap.peripheral;
      },
      ...(isDefective
        ? {
            wrapBelt: (belt) => ({
              ...belt,
              pause() {
                belt.pause();
                const poll = encodeCommand({ op: 'poll', commandId: ++extraId, operand: NOTHING });
                for (const frame of framesOf(FRAME.command, poll, 200)) tap?.write('controlPoint', frame);
              },
            }),
          }
        : {}),
    });
    for (let round = 0; round < 6; round++) {
      rig.run(700);
      rig.belt.inject('link-stall:for=300ms,direction=to-central');
      // A person who does not know what they want.
      for (const type of ['pause', 'resume', 'pause', 'resume', 'pause'] as const) {
        rig.send({ type: `operator.${type}` });
        rig.run(15);
      }
      rig.run(1500);
      rig.send({ type: 'operator.resume' });
    }
    const outcome = over(rig, check);
    check('light was paused and given all the same', outcome?.outcome === 'completed');
    check(BOOKED, isBooked(rig));
  },
};

export const COMMAND_INCIDENTS: readonly Incident[] = [
  DOUBLE_START,
  RESPONSE_FOR_OTHER,
  DIAGNOSTIC_TRAFFIC,
  CONCURRENT,
];
