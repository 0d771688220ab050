import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import { useAccount } from '../account/accounts.ts';
import { codeOf } from '../app/errors.ts';
import { loadPart } from '../app/load-part.ts';
import { useAgain } from '../ui/use-again.ts';
import { InboxContext, type InboxPhase } from './inbox-context.ts';

const NONE: InboxPhase = { at: 'none' };

/** Opens the inbox of whoever is logged in, once for the whole page, and closes it when they log out. */
export function InboxProvider({ children }: { children: ReactNode }) {
  const account = useAccount()?.id ?? null;
  const [phase, setPhase] = useState<InboxPhase>(NONE);
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is the same thing once more.
  useEffect(() => {
    if (account === null) return;
    setPhase({ at: 'opening' });
    let isOver = false;
    let close = () => {};
    const open = async () => {
      const { openInbox, parts } = await loadPart(() => import('./parts.ts'));
      const opened = await openInbox();
      if (isOver) return opened.close();
      close = opened.close;
      setPhase({ at: 'open', inbox: opened.inbox, parts });
    };
    open().catch((error: unknown) => {
      if (!isOver) setPhase({ at: 'failed', error });
    });
    return () => {
      isOver = true;
      close();
      setPhase(NONE);
    };
  }, [account, attempt]);

  const retry = useCallback(() => setAttempt((count) => count + 1), []);
  // What is refused is for the reader to see.
  useAgain(phase.at === 'failed' && codeOf(phase.error) === 'network', retry);
  const place = useMemo(() => ({ phase, retry }), [phase, retry]);
  return <InboxContext value={place}>{children}</InboxContext>;
}
