// What the operating system tells the controller. The first signal stops; the second Ctrl-C no longer waits for the belt.
import type { StopCause } from '../session/events.ts';

export interface SignalHandlers {
  stop(cause: StopCause): void;
  abandon(): void;
  /** Something of ours broke: light off first. */
  fail(detail: string): void;
}

export interface Signals {
  /** Registers again, after a Bluetooth stack has put its own handlers in (noble exits the process on SIGINT). */
  register(): void;
  /** Ctrl-C, as a terminal in raw mode delivers it. */
  interrupt(): void;
  remove(): void;
}

const ignore = (): void => undefined;

export function createSignals(handlers: SignalHandlers): Signals {
  let interruptCount = 0;
  const interrupt = (): void => {
    interruptCount++;
    if (interruptCount === 1) handlers.stop('interrupt');
    else handlers.abandon();
  };
  const terminate = (): void => handlers.stop('terminate');
  const hangUp = (): void => handlers.stop('hangup');
  const fail = (error: unknown): void =>
    handlers.fail(error instanceof Error ? error.message : String(error));
  // Nobody reads our words any more (EPIPE, or EIO from a terminal that is gone): nobody watches the light.
  const outputFailed = (error: Error): void => handlers.fail(`output failed: ${error.message}`);
  const remove = (): void => {
    process.off('SIGINT', interrupt).off('SIGTERM', terminate).off('SIGHUP', hangUp);
    process.off('uncaughtException', fail).off('unhandledRejection', fail);
    process.stdout.off('error', outputFailed);
    process.stderr.off('error', outputFailed);
  };
  return {
    register() {
      remove();
      process.on('SIGINT', interrupt).on('SIGTERM', terminate).on('SIGHUP', hangUp);
      process.on('uncaughtException', fail).on('unhandledRejection', fail);
      process.stdout.on('error', outputFailed);
      process.stderr.on('error', outputFailed);
    },
    interrupt,
    remove() {
      remove();
      // Whatever still comes (a closed pipe, a late signal) must not end the process in another way.
      process.stdout.off('error', ignore).on('error', ignore);
      process.stderr.off('error', ignore).on('error', ignore);
    },
  };
}
