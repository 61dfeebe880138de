// After the faults: the person lets the skin cool, clears what is locked, sets the clock right, and is treated again. A
// belt, a book or a controller that never works again would be safe and useless.
import { createGattBelt } from '../../src/belt/gatt-belt.ts';
import { createInProcessTransport } from '../../src/transport/in-process.ts';
import { STEP_MS } from './oracle/light.ts';
import { startController, type World } from './world.ts';

const DAY_MS = 24 * 3_600_000;
const TRY_MAX_COUNT = 6;
const COOL_C = 36.5;
const COOLING_MAX_MS = 20 * 60_000;
const SESSION_MAX_MS = 15 * 60_000;
const CLEAR_MAX_MS = 30_000;

function stepWhile(world: World, maxMs: number, isGoingOn: () => boolean): void {
  for (let ms = 0; ms < maxMs && isGoingOn(); ms += STEP_MS) world.step();
}

const isHot = ({ belt }: World): boolean =>
  belt.physics.skin.temperatureC.some((celsius) => !(celsius < COOL_C));

/** As `laserbelt clear` does it: a person confirms, the belt checks for itself. */
function clearBelt(world: World): void {
  const { clock, belt, credentials } = world;
  let isDone = false;
  const port = createGattBelt({
    transport: createInProcessTransport({ clock, peripheral: belt }),
    address: 'sim',
    clock,
    credentials,
    onEvent(event) {
      if (event.type === 'belt.opened') port.clear();
      if (event.type === 'belt.answered' || event.type === 'belt.unreachable') isDone = true;
    },
  });
  port.open();
  stepWhile(world, CLEAR_MAX_MS, () => !isDone);
  port.close();
  world.step();
}

/** Gives how many sessions it took. */
export function treatNextDay(world: World): number {
  const { findings, clock, calendar, dose, scenario } = world;
  stepWhile(world, COOLING_MAX_MS, () => isHot(world));
  const words: string[] = [];
  for (let count = 1; count <= TRY_MAX_COUNT; count++) {
    calendar.pass(2 * DAY_MS);
    let isArmed = false;
    const controller = startController(world, `00112233445566d${count}`, () => {
      const state = controller.state();
      if (state === 'ready' && !isArmed) {
        isArmed = true;
        clock.setTimeout(() => controller.send({ type: 'operator.arm', consent: 'atController' }), 10);
      }
    });
    controller.calmAir();
    controller.send({ type: 'operator.start' });
    stepWhile(world, SESSION_MAX_MS, () => controller.outcome() === undefined);
    const outcome = controller.outcome();
    findings.check(
      7,
      outcome !== undefined,
      () => `the next day's session is not over: ${controller.state()}`,
    );
    if (outcome === undefined) return count;
    dose.ended(controller.book);
    if (outcome.outcome === 'completed') {
      world.seen.add(count === 1 ? 'treated the next day' : 'treated after clearing');
      return count;
    }
    words.push(`${outcome.outcome}: ${outcome.message}`);
    clearBelt(world);
    // What was moved is set right; the book's own time has gone on.
    calendar.pass(DAY_MS);
  }
  findings.check(7, false, () => `never treated again, seed ${scenario.seed}: ${words.join(' | ')}`);
  return TRY_MAX_COUNT;
}
