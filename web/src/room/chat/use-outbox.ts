import { useCallback, useMemo, useRef, useState } from 'react';
import type { Pending } from '../../../../src/client/index.ts';
import { useRoom } from '../room-context.tsx';

export interface Outgoing {
  readonly text: string;
  readonly to: string | null;
  readonly mentions: readonly string[];
  /** What it answers; null: nothing. */
  readonly replyTo: number | null;
}
export interface Failed extends Outgoing {
  readonly id: number;
  readonly error: unknown;
}

/** Sends texts and keeps those that were refused, with the reason, until they are sent again or discarded. */
export interface Outbox {
  readonly failed: readonly Failed[];
  send(message: Outgoing): void;
  retry(id: number): void;
  discard(id: number): void;
}

export function useOutbox(): Outbox {
  const room = useRoom();
  const [failed, setFailed] = useState<readonly Failed[]>([]);
  const next = useRef(1);

  const send = useCallback(
    (message: Outgoing) => {
      const more: { to?: string; mentions?: string[]; replyTo?: number } = {};
      if (message.to !== null) more.to = message.to;
      if (message.mentions.length > 0) more.mentions = [...message.mentions];
      if (message.replyTo !== null) more.replyTo = message.replyTo;
      room.chat(message.text, more).catch((error: unknown) => {
        const id = next.current;
        next.current += 1;
        setFailed((before) => [...before, { ...message, id, error }]);
      });
    },
    [room],
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

/** The text of a command that waits for its receipt; null where it is no message. */
export function pendingText({
  command: { t, body, to },
}: Pending): { readonly text: string; readonly to: string | null } | null {
  // The page has made it itself: what it looks like is known, but its type is not kept.
  const text = typeof body === 'object' && body !== null && 'text' in body ? body.text : null;
  if (t !== 'chat.send' || typeof text !== 'string') return null;
  return { text, to: typeof to === 'string' ? to : null };
}
