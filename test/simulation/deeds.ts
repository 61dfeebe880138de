// Carries out what a scenario arranges, at its moment, and tells the judges what a person may now expect.
import { assertNever } from '../../src/errors.ts';
import type { Controller } from './controller.ts';
import { faultNameOf, faultNames, type Act } from './scenario.ts';
import type { World } from './world.ts';

/** A stop that meets a running process and a belt that can hear it is dark with the next steps. */
const STOP_MS = 20;

const airMs = ({ scenario: { air } }: World): number =>
  (air.delayMs + air.jitterMs) * (air.reorderRate > 0 ? 2 : 1);

/** The belt can hear now: its link does not hold back what we send, and its firmware runs. */
const canHear = ({ belt }: World, isLinkFree: boolean): boolean => isLinkFree && belt.physics.isRunning();

function noteSituation(world: World, controller: Controller, what: string, link: LinkWatch): void {
  const { seen } = world;
  const state = controller.state();
  seen.add(`${what} in ${state}`);
  if (world.belt.physics.optics.emission) seen.add(`${what} while lit`);
  if (world.disk.isHanging()) seen.add(`${what} while a write hangs`);
  if (controller.gate.state() !== 'running') seen.add(`${what} while frozen`);
  if (world.clock.nowMs() < link.slowUntilMs) seen.add(`${what} while the firmware is slow`);
  if (!world.belt.physics.isRunning()) seen.add(`${what} while the belt restarts or hangs`);
}

export interface LinkWatch {
  /** Until when a stall holds back what goes to the belt. */
  stalledUntilMs: number;
  /** Until when the link is, or may be, away. */
  awayUntilMs: number;
  /** Until when the firmware hears late. */
  slowUntilMs: number;
}

/** A PAUSE is a command: it waits for the one before it, and may be lost or spoilt; then the lease bounds it. */
function pauseWithinMs(world: World, controller: Controller, link: LinkWatch): number {
  const names = [...faultNames(world.scenario)];
  const isUnsure =
    names.some((name) => /^(answer|frame)-/.test(name)) ||
    world.scenario.deeds.some(({ act }) => act.kind === 'cutCommand') ||
    world.clock.nowMs() < link.slowUntilMs;
  if (isUnsure || controller.state() !== 'emitting') return Infinity;
  return orderWithinMs(world, controller, link) + 4 * airMs(world);
}

/** Bound on the dark after a person's order, in the world's time; Infinity: the lease alone bounds it. */
function orderWithinMs(world: World, controller: Controller, link: LinkWatch): number {
  const nowMs = world.clock.nowMs();
  const isFree = nowMs >= link.stalledUntilMs && nowMs >= link.awayUntilMs;
  return isFree && controller.gate.state() === 'running' && canHear(world, true)
    ? STOP_MS + airMs(world)
    : Infinity;
}

function strangerStops(world: World): void {
  const { belt, seen, light, findings, clock } = world;
  const wasRunning = belt.physics.isRunning();
  const central = belt.connect({ value: () => undefined, disconnected: () => undefined });
  const random = world.random('stranger');
  const bytes = Uint8Array.from({ length: random.below(21) }, () => random.below(256));
  let isTaken = false;
  central.write('stop', bytes, 'withoutResponse', (result) => void (isTaken = result.ok));
  // Held back by a stall, or refused because two are connected already: then it has not been heard.
  if (isTaken && wasRunning) {
    light.strangerStopped();
    findings.check(
      6,
      !belt.truth().emission || isStuck(world),
      () => `light at ${clock.nowMs()} after a stranger's STOP`,
    );
    seen.add('a stranger stops');
  }
  central.disconnect();
}

const isStuck = ({ belt }: World): boolean => belt.physics.optics.stuckOn.some((stuck) => stuck !== 0);

function injectFault(world: World, spec: string, link: LinkWatch): void {
  const { belt, seen, dose, clock } = world;
  const name = faultNameOf(spec);
  const wasLit = belt.physics.optics.emission;
  const injected = belt.inject(spec);
  if (!injected.ok) throw new Error(injected.message);
  const forMs = Number(/for=(\d+)ms/.exec(spec)?.[1] ?? 0);
  if (name === 'link-stall') link.stalledUntilMs = Math.max(link.stalledUntilMs, clock.nowMs() + forMs);
  if (name === 'link-drop' || name === 'reboot')
    link.awayUntilMs = Math.max(link.awayUntilMs, clock.nowMs() + forMs);
  if (name === 'emitter-stuck-on') dose.noteStray();
  if (wasLit) seen.add(`${name} while lit`);
  else seen.add(`${name} in the dark`);
}

export function carryOut(world: World, controller: Controller, act: Act, link: LinkWatch): void {
  const { clock, trace, seen, light, disk } = world;
  trace.note(`deed ${act.kind === 'fault' ? act.spec : act.kind}`, clock.nowMs());
  if (act.kind !== 'fault') noteSituation(world, controller, act.kind, link);
  const { gate } = controller;
  switch (act.kind) {
    case 'fault':
      return injectFault(world, act.spec, link);
    case 'stop':
    case 'abandon':
      gate.run(() => {
        if (controller.outcome() === undefined) light.stopped(orderWithinMs(world, controller, link));
      });
      return controller.send(
        act.kind === 'stop' ? { type: 'operator.stop', cause: 'stopCommand' } : { type: 'operator.abandon' },
      );
    case 'pause':
      gate.run(() => {
        const state = controller.state();
        if (state === 'emitting' || state === 'countdown')
          light.paused(pauseWithinMs(world, controller, link));
      });
      return controller.send({ type: 'operator.pause' });
    case 'resume':
      gate.run(() => {
        if (controller.state() === 'paused') light.resumed();
      });
      return controller.send({ type: 'operator.resume' });
    case 'strangerStop':
      return strangerStops(world);
    case 'kill':
      world.isUnattended = true;
      return controller.kill(act.linkMs, act.isWriteKept);
    case 'freeze':
    case 'suspend': {
      gate.freeze(act.kind === 'suspend');
      if (act.forMs > 1000) seen.add('resumed late');
      clock.setTimeout(() => gate.thaw(), act.forMs);
      return;
    }
    case 'diskFull':
      world.isUnattended = true;
      world.slow.began();
      return disk.fill();
    case 'diskHang':
      return disk.hang(act.forMs);
    case 'wallJump':
      return world.calendar.jump(act.byMs);
    case 'cutCommand':
      return controller.cutCommand(act.effect);
    case 'slowFirmware':
      link.slowUntilMs = Math.max(link.slowUntilMs, clock.nowMs() + act.forMs);
      return controller.slowFirmware(act.byMs, act.forMs);
    case 'pass':
      return world.calendar.pass(act.ms);
    case 'forge':
      if (controller.forge(act.count)) world.slow.began();
      return;
    case 'mustStayDark':
      return world.slow.began();
    default:
      return assertNever(act);
  }
}
