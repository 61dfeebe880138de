import { describe, expect, it } from 'vitest';
import { encodeCommand } from '../../protocol/documents.ts';
import { FRAME, type WirePrescription } from '../../protocol/messages.ts';
import { splitMessage } from '../../protocol/segments.ts';
import { armed, emitting, program, setUp, type Bench } from './bench.ts';
import { NOTIFYING, connectController } from './controller.ts';

function ready(): Bench {
  const bench = setUp();
  bench.controller.subscribe();
  return bench;
}

describe('control point: answers', () => {
  it('a repeated id with the same bytes gets the stored answer and is not carried out again', () => {
    const { controller } = ready();
    controller.prepare(program());
    const first = controller.command('pause', undefined, 40);
    expect(first?.code).toBe('wrongState');
    const again = controller.command('pause', undefined, 40);
    expect(again).toEqual(first);
    const prepared = controller.prepare(program());
    const repeated = controller.answers.length;
    expect(prepared?.operand.length).toBe(24);
    expect(controller.answers.length).toBe(repeated);
  });

  it('a repeated ARM does not arm twice', () => {
    const { clock, controller } = ready();
    controller.prepare(program());
    const armedOnce = controller.arm();
    expect(armedOnce?.code).toBe('ok');
    const records = (): number => {
      controller.readRecord({ op: 'count' });
      return controller.recordAnswers.at(-1)?.recordCount ?? -1;
    };
    const before = records();
    clock.advance(500);
    expect(controller.arm()?.code).toBe('wrongState');
    expect(records()).toBe(before);
  });

  it('a repeated id with other bytes is refused', () => {
    const { controller } = ready();
    controller.command('poll', undefined, 9);
    expect(controller.command('pause', undefined, 9)?.code).toBe('commandIdReused');
  });

  it('id 0 is never used', () => {
    const { controller } = ready();
    expect(controller.command('poll', undefined, 0)?.code).toBe('invalidOperand');
  });

  it('a new connection forgets the stored answer', () => {
    const { belt, controller } = ready();
    controller.command('poll', undefined, 9);
    controller.link.disconnect();
    const again = connectController(belt);
    again.subscribe();
    expect(again.command('pause', undefined, 9)?.code).toBe('notOwner');
  });

  it('diagnostic traffic never advances the command echo', () => {
    const { clock, controller } = ready();
    controller.prepare(program());
    clock.advance(300);
    const echo = controller.lastTick().commandId;
    for (const op of ['poll', 'identify', 'features'] as const)
      expect(controller.command(op)?.code).toBe('ok');
    expect(controller.command('confirmEvents', Uint8Array.of(0xff, 0x7f))?.code).toBe('ok');
    clock.advance(300);
    expect(controller.lastTick().commandId).toBe(echo);
  });

  it('an op code that is none is answered with its own byte', () => {
    const { controller } = ready();
    splitMessage(Uint8Array.of(0x01, 77), (body, length) =>
      controller.frame('controlPoint', controller.envelope.seal(FRAME.command, body, length)),
    );
    // The answer cannot be decoded by name, and nothing else happened.
    expect(controller.answers.length).toBe(0);
    expect(controller.command('poll')?.code).toBe('ok');
  });

  it('a message with a lost segment is dropped whole', () => {
    const { controller } = ready();
    let count = 0;
    splitMessage(
      encodeCommand({ op: 'clear', commandId: 5, operand: new Uint8Array(20) }),
      (body, length) => {
        if (count++ !== 1)
          controller.frame('controlPoint', controller.envelope.seal(FRAME.command, body, length));
      },
    );
    expect(controller.answers.length).toBe(0);
  });
});

describe('control point: states and owners', () => {
  it('needs all subscriptions before it is prepared', () => {
    for (const missing of NOTIFYING.filter((name) => name !== 'controlPoint')) {
      const { controller } = setUp();
      controller.subscribe(NOTIFYING.filter((name) => name !== missing));
      expect(controller.prepare(program())?.code).toBe('wrongState');
    }
  });

  it('a second central commands nothing while there is an owner, and may ask for a tick and the features', () => {
    const bench = emitting();
    const other = connectController(bench.belt);
    other.subscribe();
    for (const op of ['pause', 'resume', 'arm', 'clear', 'identify', 'confirmEvents'] as const)
      expect(other.command(op)?.code).toBe('notOwner');
    expect(other.prepare(program())?.code).toBe('notOwner');
    // It may ask.
    for (const op of ['poll', 'features'] as const) expect(other.command(op)?.code).toBe('ok');
    bench.clock.advance(500);
    expect(bench.belt.truth().emission).toBe(true);
  });

  it('an idle owner gives way to the next that prepares', () => {
    const { belt, controller } = ready();
    controller.prepare(program());
    const other = connectController(belt);
    other.subscribe();
    expect(other.prepare(program())?.code).toBe('ok');
    expect(controller.arm()?.code).toBe('notOwner');
  });

  it('a third central is refused', () => {
    const bench = ready();
    connectController(bench.belt);
    const third = connectController(bench.belt);
    bench.clock.advance(1);
    expect(third.disconnected).toBe('refused');
  });

  it("the owner's link loss ends the session at once", () => {
    const bench = emitting();
    bench.controller.link.disconnect();
    expect(bench.belt.truth().emission).toBe(false);
    const again = connectController(bench.belt);
    again.subscribe();
    expect(again.readRecord({ op: 'last' })?.cause).toBe('linkLost');
  });

  it('the loss of its tick subscription ends the session at once', () => {
    const bench = emitting();
    bench.controller.link.subscribe('tick', false, () => undefined);
    expect(bench.belt.truth().emission).toBe(false);
    expect(bench.controller.readRecord({ op: 'last' })?.cause).toBe('unsubscribed');
  });

  it('a frozen owner is disconnected once a second central waits and no lease lives', () => {
    const bench = emitting();
    bench.controller.grant = undefined;
    bench.clock.advance(500);
    const other = connectController(bench.belt);
    other.features();
    other.subscribe(['tick']);
    bench.clock.advance(300);
    expect(bench.controller.disconnected).toBeUndefined();
    bench.clock.advance(500);
    expect(bench.controller.disconnected).toBe('superseded');
    expect(other.lastTick().state).toBe('ended');
  });

  it('an owner with a live lease keeps its link', () => {
    const bench = emitting();
    connectController(bench.belt);
    bench.clock.advance(5000);
    expect(bench.controller.disconnected).toBeUndefined();
    expect(bench.belt.truth().emission).toBe(true);
  });

  it('RESUME must carry the next epoch', () => {
    const bench = emitting();
    bench.controller.command('pause');
    for (const epoch of [0, 1, 3, 255])
      expect(bench.controller.command('resume', Uint8Array.of(epoch))?.code).toBe('invalidOperand');
    expect(bench.controller.command('resume', Uint8Array.of(2))?.code).toBe('ok');
  });

  it('epochs wrap from 255 to 1', () => {
    const bench = setUp();
    armed(bench, {}, { zones: 0 });
    let epoch = 1;
    for (let count = 0; count < 300; count++) {
      bench.controller.command('pause');
      epoch = epoch >= 255 ? 1 : epoch + 1;
      expect(bench.controller.command('resume', Uint8Array.of(epoch))?.code).toBe('ok');
      bench.clock.advance(30);
    }
  });

  it('PAUSE is idempotent and dark at once', () => {
    const bench = emitting();
    expect(bench.controller.command('pause')?.code).toBe('ok');
    expect(bench.belt.truth().emission).toBe(false);
    expect(bench.controller.command('pause')?.code).toBe('ok');
  });
});

describe('the button', () => {
  it('starts the self-test; without it the session is over after 30 s', () => {
    const pressed = ready();
    pressed.controller.prepare(program());
    pressed.controller.arm('beltButton');
    pressed.clock.advance(20_000);
    expect(pressed.controller.lastTick().state).toBe('awaitingButton');
    pressed.belt.pressButton();
    pressed.controller.grant = {};
    pressed.clock.advance(4000);
    expect(pressed.belt.truth().emission).toBe(true);

    const left = ready();
    left.controller.prepare(program());
    left.controller.arm('beltButton');
    left.clock.advance(30_100);
    expect(left.controller.lastTick().state).toBe('ended');
  });

  it('pressed before ARM means nothing', () => {
    const { belt, clock, controller } = ready();
    belt.pressButton();
    clock.advance(1000);
    controller.prepare(program());
    controller.arm('beltButton');
    clock.advance(5000);
    expect(controller.lastTick().state).toBe('awaitingButton');
  });
});

describe('what the belt refuses to be told', () => {
  const entry = program().entries[0]!;
  const bad: readonly (readonly [string, Partial<WirePrescription['entries'][number]>, string])[] = [
    ['an emitter of another zone', { emitter: 2 }, 'invalidOperand'],
    ['an emitter there is not', { emitter: 31 }, 'invalidOperand'],
    ['a zone there is not', { zone: 7 }, 'invalidOperand'],
    ['no irradiance', { irradianceCentiMwPerCm2: 0 }, 'beyondLimits'],
    ['no dose', { radiantExposureTenMicroJPerCm2: 0 }, 'beyondLimits'],
    ['more than 60 J/cm²', { radiantExposureTenMicroJPerCm2: 6_000_001 }, 'beyondLimits'],
    ['pulses without a duty cycle', { pulseFrequencyDeciHz: 100 }, 'invalidOperand'],
    ['a duty cycle without pulses', { dutyCyclePer10k: 5000 }, 'invalidOperand'],
    [
      'a pulse peak beyond the emitter',
      { pulseFrequencyDeciHz: 10_000, dutyCyclePer10k: 4000 },
      'beyondLimits',
    ],
    ['more than the emitter gives', { emitter: 1, irradianceCentiMwPerCm2: 1100 }, 'beyondLimits'],
  ];
  for (const [name, change, code] of bad)
    it(`${name}: ${code}`, () => {
      const { controller } = ready();
      const answer = controller.prepare({
        ...program({ timeLimitS: 1800 }),
        entries: [{ ...entry, ...change }],
      });
      expect(answer?.code).toBe(code);
    });

  it('bytes that are no prescription', () => {
    const { controller } = ready();
    expect(controller.command('prepare', Uint8Array.of(1, 2, 3))?.code).toBe('invalidOperand');
    const other = new Uint8Array(25);
    other[0] = 2;
    expect(controller.command('prepare', other)?.code).toBe('versionMismatch');
  });
});
