import { useMemo, useRef, useState } from 'react';
import type { Message } from '../../../../src/client/index.ts';
import type { Person } from './mentions.ts';

/** What is being written, kept above the composer so that the roster can choose whom it goes to. */
export interface Draft {
  readonly text: string;
  /** A member, or `hosts` for a question to them; null: everybody. */
  readonly to: string | null;
  /** What is being answered. */
  readonly reply: Message | null;
  readonly inserted: readonly Person[];
  readonly field: React.RefObject<HTMLTextAreaElement | null>;
  setText(text: string): void;
  setTo(member: string | null): void;
  setReply(message: Message | null): void;
  insert(person: Person): void;
  clear(): void;
  focus(): void;
}

export function useDraft(): Draft {
  const [text, setText] = useState('');
  const [to, setTo] = useState<string | null>(null);
  const [reply, setReply] = useState<Message | null>(null);
  const [inserted, setInserted] = useState<readonly Person[]>([]);
  const field = useRef<HTMLTextAreaElement>(null);
  return useMemo(
    () => ({
      text,
      to,
      reply,
      inserted,
      field,
      setText,
      setTo,
      setReply,
      insert: (person) => setInserted((before) => [...before, person]),
      clear: () => {
        setText('');
        setReply(null);
        setInserted([]);
      },
      // After the dialog that asked for it has given the focus back.
      focus: () => setTimeout(() => field.current?.focus(), 300),
    }),
    [text, to, reply, inserted],
  );
}
