import type { Inbox, InboxView } from '../../../src/client/index.ts';

/** ms after which a state that does not come is given up, longer than any presence takes to be told. */
const PATIENCE = 40_000;

/** Waits until the state of an inbox is as `isSo` wants it; rejects where it does not become so. */
export function until(inbox: Inbox, isSo: (state: InboxView) => boolean): Promise<void> {
  // Made here, so that it names the line that waits.
  const late = new Error(`the inbox does not become so: ${isSo}`);
  return new Promise((resolve, reject) => {
    const look = () => {
      if (isSo(inbox.state)) end(resolve);
    };
    const stop = inbox.subscribe(look);
    const timer = setTimeout(() => end(() => reject(late)), PATIENCE);
    const end = (settle: () => void) => {
      clearTimeout(timer);
      stop();
      settle();
    };
    look();
  });
}
