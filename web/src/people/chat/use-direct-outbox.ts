import { useCallback, useMemo, useRef, useState } from 'react';
import type { DirectRef } from '../../../../src/protocol/index.ts';
import { useInbox } from '../inbox-context.ts';

export interface DirectOutgoing {
  readonly text: string;
  readonly replyTo: DirectRef | null;
}
export interface DirectFailed extends DirectOutgoing {
  readonly id: number;
  readonly error: unknown;
}

/** Sends texts and keeps those that were refused, with the reason, until they are sent again or discarded. */
export interface DirectOutbox {
  readonly failed: readonly DirectFailed[];
  send(message: DirectOutgoing): void;
  retry(id: number): void;
  discard(id: number): void;
}

export function useDirectOutbox(to: string): DirectOutbox {
  const inbox = useInbox();
  const [failed, setFailed] = useState<readonly DirectFailed[]>([]);
  const next = useRef(1);

  const send = useCallback(
    (message: DirectOutgoing) => {
      const { text, replyTo } = message;
      inbox.send(to, text, replyTo === null ? {} : { replyTo }).catch((error: unknown) => {
        const id = next.current;
        next.current += 1;
        setFailed((before) => [...before, { ...message, id, error }]);
      });
    },
    [inbox, to],
  );

  return useMemo(() => {
    const discard = (id: number) => setFailed((before) => before.filter((message) => message.id !== id));
    const retry = (id: number) => {
      const message = failed.find((candidate) => candidate.id === id);
      discard(id);
      if (message !== undefined) send(message);
    };
    return { failed, send, retry, discard };
  }, [failed, send]);
}
