// A dose book whose writes hold the paced clock: belt time must not run while the dose is not on disk yet.
import type { DoseBook } from '../ledger/dose-book-file.ts';
import type { BookEvent, DoseBookPort } from '../ledger/dose-book.ts';

/** After the outcome the book's file is closed; a disk that hangs does not hold the person. */
const CLOSE_MAX_MS = 2000;

export interface Holder {
  hold(): void;
  release(): void;
}

/** @returns the port for the session, and what takes the book's events before the session does */
export function holdWhileWriting(
  holder: Holder,
  onEvent: (event: BookEvent) => void,
): { readonly wrap: (book: DoseBookPort) => DoseBookPort; readonly onBookEvent: (event: BookEvent) => void } {
  let pendingCount = 0;
  const held = (call: () => void): void => {
    pendingCount++;
    holder.hold();
    call();
  };
  return {
    wrap: (book) => ({
      load: () => held(() => book.load()),
      allow: (intent) => held(() => book.allow(intent)),
      begin: (intent) => held(() => book.begin(intent)),
      reserve: (sessionTag, step, ceiling) => held(() => book.reserve(sessionTag, step, ceiling)),
      reconcile: (sessionTag, found) => held(() => book.reconcile(sessionTag, found)),
      close: (closing) => held(() => book.close(closing)),
    }),
    // The event first: the session may ask for the next write in it, and then time goes on standing still.
    onBookEvent(event) {
      onEvent(event);
      if (pendingCount === 0) return;
      pendingCount--;
      holder.release();
    },
  };
}

export async function closeBook(book: DoseBook): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_MAX_MS);
  });
  await Promise.race([book.dispose(), tooLong]);
  clearTimeout(timer);
}
