// Some processes that take one job after the other. Ended at any time, what has been answered until then counts.
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Job, Reply } from './jobs.ts';

export interface Pool {
  readonly size: number;
  /** Takes jobs from `next` until there are none; false when a process ended before its answer. */
  run(next: () => Job | undefined, answered: (reply: Reply) => void): Promise<boolean>;
  /** Ends the processes, and whatever waits for them. */
  close(): void;
  isClosed(): boolean;
}

/** The build puts the child beside whatever imports this. */
const CHILD = 'child.js';

function ask(child: ChildProcess, job: Job): Promise<Reply | undefined> {
  return new Promise((resolve) => {
    const done = (reply?: Reply): void => {
      child.off('message', done);
      child.off('exit', ended);
      resolve(reply);
    };
    const ended = (): void => done();
    child.on('message', done);
    child.on('exit', ended);
    if (!child.connected) done();
    else child.send(job);
  });
}

export function createPool(size: number): Pool {
  const path = fileURLToPath(new URL(CHILD, import.meta.url));
  const children = Array.from({ length: size }, () => fork(path));
  let isClosed = false;
  const lane = async (
    child: ChildProcess,
    next: () => Job | undefined,
    answered: (reply: Reply) => void,
  ): Promise<boolean> => {
    for (let job = next(); job !== undefined && !isClosed; job = next()) {
      const reply = await ask(child, job);
      if (reply === undefined) return isClosed;
      answered(reply);
    }
    return true;
  };
  return {
    size,
    isClosed: () => isClosed,
    async run(next, answered) {
      const isDone = await Promise.all(children.map((child) => lane(child, next, answered)));
      return isDone.every((isWell) => isWell);
    },
    close() {
      isClosed = true;
      for (const child of children) child.kill('SIGKILL');
    },
  };
}
