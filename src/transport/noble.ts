// Belts over Bluetooth, through @abandonware/noble. Its promises may never settle, so none is used: each step has its
// own bound, a timeout ends the link, and what a command did is only ever told by the belt itself.
import type { Clock } from '../clock.ts';
import { createAdapterHolder, type Adapter, type Failure } from './noble-adapter.ts';
import {
  createDiscovery,
  createNobleConnection,
  type Found,
  type NobleConnection,
} from './noble-connection.ts';
import { guardGatt } from './noble-guard.ts';
import type { LinkUser } from './noble-links.ts';
import { loadInstalledNoble, type LoadNoble } from './noble-load.ts';
import { BLE_SCHEME, idOfAddress, readAdvert } from './noble-scanner.ts';
import { wordsOf, type NoblePeripheral } from './noble-types.ts';
import {
  TRANSPORT_TIMEOUT_MS,
  type Attempt,
  type ConnectionEvent,
  type ConnectResult,
  type Transport,
} from './transport.ts';

/** Something that ends once, and then undoes what it began, newest first. */
interface Task<Result> extends Attempt {
  readonly isOver: boolean;
  finish(result: Result): void;
  /** At once if it is over already. */
  onOver(undo: () => void): void;
  /** Ends the task with this result when the time has passed; a second bound takes the place of the first. */
  within(delayMs: number, result: () => Result): void;
}

function createTask<Result>(clock: Clock, tasks: Set<Attempt>, done: (result: Result) => void): Task<Result> {
  const undos: (() => void)[] = [];
  let over = false;
  let unbind = (): void => {};
  const end = (): boolean => {
    if (over) return false;
    over = true;
    tasks.delete(task);
    unbind();
    for (const undo of undos.splice(0).reverse()) undo();
    return true;
  };
  const task: Task<Result> = {
    get isOver() {
      return over;
    },
    cancel: () => void end(),
    finish: (result) => void (end() && done(result)),
    onOver: (undo) => void (over ? undo() : undos.push(undo)),
    within(delayMs, result) {
      unbind();
      const timer = clock.setTimeout(() => task.finish(result()), delayMs);
      unbind = () => clock.clearTimeout(timer);
    },
  };
  tasks.add(task);
  return task;
}

interface Opening {
  readonly clock: Clock;
  readonly task: Task<ConnectResult>;
  readonly adapter: Adapter;
  readonly peripheral: NoblePeripheral;
  readonly onEvent: (event: ConnectionEvent) => void;
  readonly open: Set<Attempt>;
}

const failed = (failure: Failure['failure'], detail: string): ConnectResult => ({
  ok: false,
  failure,
  detail,
});

/** Links, guards, discovers; ends the task with the connection. */
function openLink({ clock, task, adapter, peripheral, onEvent, open }: Opening): void {
  let opened: NobleConnection | undefined;

  const begin = (found: Found): void => {
    const connection = createNobleConnection({
      clock,
      found,
      gatt: adapter.stack.gattOf(peripheral.id),
      queuesBehindRequests: adapter.stack.queuesBehindRequests,
      onEvent,
      onDrop() {
        unwatch();
        open.delete(handle);
        adapter.links.drop(peripheral);
      },
    });
    const handle: Attempt = { cancel: () => connection.connection.close() };
    const unwatch = adapter.onOff(({ detail }) => connection.queue.lost('adapterOff', detail));
    opened = connection;
    open.add(handle);
    task.finish({ ok: true, connection: connection.connection });
  };

  const discovery = createDiscovery(peripheral, (found, detail) => {
    if (found === undefined) task.finish(failed('refused', detail));
    else if (!task.isOver) begin(found);
  });

  const user: LinkUser = {
    connected() {
      const gatt = adapter.stack.gattOf(peripheral.id);
      if (gatt !== undefined)
        guardGatt(gatt, {
          refusing: (now) => opened?.refusing(now),
          damaged(why) {
            if (opened === undefined) task.finish(failed('refused', why));
            else opened.queue.lost('damaged', why);
          },
        });
      task.within(TRANSPORT_TIMEOUT_MS.discover, () =>
        failed('timedOut', 'the belt did not say in time what it offers'),
      );
      try {
        discovery.start();
      } catch (cause) {
        task.finish(failed('timedOut', wordsOf(cause)));
      }
    },
    failed: (detail) => task.finish(failed('timedOut', detail)),
    services: (services) => discovery.services(services),
    disconnected(detail, byBelt) {
      if (opened === undefined) task.finish(failed(byBelt ? 'refused' : 'timedOut', detail));
      else opened.queue.lost('lost', detail);
    },
  };

  task.onOver(() => {
    if (opened === undefined) adapter.links.drop(peripheral);
  });
  adapter.links.open(peripheral, user);
}

/** Looks for one belt and stops looking when it is seen. */
function findBelt(
  adapter: Adapter,
  id: string,
  task: Task<ConnectResult>,
  onFound: (peripheral: NoblePeripheral) => void,
): void {
  const stop = adapter.scanner.look((peripheral) => {
    if (peripheral.id !== id || task.isOver) return;
    // Many adapters cannot connect while they scan.
    stop(id);
    onFound(peripheral);
  });
  task.onOver(() => stop());
}

/** `ready` once nothing else on this adapter is coming about or going away: noble can do one at a time. */
function whenIdle(adapter: Adapter, task: Task<ConnectResult>, ready: () => void): void {
  if (task.isOver) return;
  if (adapter.links.isIdle()) ready();
  else task.onOver(adapter.links.onChange(() => whenIdle(adapter, task, ready)));
}

/**
 * Belts at `ble:<id>`. Finding and linking take at most TRANSPORT_TIMEOUT_MS.connect, discovery at most `discover` on
 * top. noble is loaded at the first use; `loadNoble` gives another one (tests).
 */
export function createNobleTransport(options: {
  readonly clock: Clock;
  readonly loadNoble?: LoadNoble;
}): Transport {
  const { clock } = options;
  const tasks = new Set<Attempt>();
  const open = new Set<Attempt>();
  const holder = createAdapterHolder(clock, options.loadNoble ?? loadInstalledNoble);

  /** Ends the task when Bluetooth cannot be used; else goes on with it. */
  const withAdapter = <Result>(
    task: Task<Result>,
    failure: (why: Failure) => Result,
    ready: (adapter: Adapter) => void,
  ): void => {
    const use = (adapter: Adapter): void => {
      try {
        ready(adapter);
      } catch (cause) {
        task.finish(failure({ failure: 'moduleBroken', detail: wordsOf(cause) }));
      }
    };
    void holder.get().then((result) => {
      if (task.isOver) return;
      if (!result.ok) return task.finish(failure(result));
      const { adapter } = result;
      task.onOver(adapter.onOff((why) => task.finish(failure(why))));
      task.onOver(adapter.whenOn(() => use(adapter)));
    });
  };

  return {
    connect(address, onEvent, done) {
      const task = createTask(clock, tasks, done);
      const id = idOfAddress(address);
      let seen = false;
      task.within(id === undefined ? 0 : TRANSPORT_TIMEOUT_MS.connect, () =>
        id === undefined
          ? failed('noSuchBelt', `"${address}" is not a Bluetooth address: ${BLE_SCHEME}<id> is meant`)
          : seen
            ? failed('timedOut', 'the belt was seen, but no connection came about')
            : failed('noSuchBelt', `no belt with the id ${id} is in reach`),
      );
      if (id === undefined) return task;
      withAdapter(
        task,
        ({ failure, detail }) => failed(failure, detail),
        (adapter) =>
          whenIdle(adapter, task, () =>
            findBelt(adapter, id, task, (peripheral) => {
              seen = true;
              whenIdle(adapter, task, () => openLink({ clock, task, adapter, peripheral, onEvent, open }));
            }),
          ),
      );
      return task;
    },
    scan(onAdvert, done) {
      const task = createTask<Failure | undefined>(clock, tasks, done);
      const shown = new Map<string, string>();
      task.within(TRANSPORT_TIMEOUT_MS.scan, () => undefined);
      withAdapter(
        task,
        ({ failure, detail }) => ({ failure, detail }),
        (adapter) =>
          task.onOver(
            adapter.scanner.look((peripheral) => {
              const advert = readAdvert(peripheral);
              // Once per belt, and again when what it says changes: its name may come with a later advert.
              const says = `${advert.state} ${advert.pairingWindowOpen} ${advert.name}`;
              if (shown.get(advert.address) === says) return;
              shown.set(advert.address, says);
              onAdvert(advert);
            }),
          ),
      );
      return task;
    },
    dispose() {
      for (const one of [...tasks, ...open]) one.cancel();
      holder.dispose();
    },
  };
}
