import { useMemo, useRef, useState } from 'react';
import type { Person } from './mentions.ts';

/** What is being written, kept above the composer so that the roster can choose whom it goes to. */
export interface Draft {
  readonly text: string;
  readonly to: string | null;
  readonly inserted: readonly Person[];
  readonly field: React.RefObject<HTMLTextAreaElement | null>;
  setText(text: string): void;
  setTo(member: string | null): void;
  insert(person: Person): void;
  clear(): void;
  focus(): void;
}

export function useDraft(): Draft {
  const [text, setText] = useState('');
  const [to, setTo] = useState<string | null>(null);
  const [inserted, setInserted] = useState<readonly Person[]>([]);
  const field = useRef<HTMLTextAreaElement>(null);
  return useMemo(
    () => ({
      text,
      to,
      inserted,
      field,
      setText,
      setTo,
      insert: (person) => setInserted((before) => [...before, person]),
      clear: () => {
        setText('');
        setInserted([]);
      },
      // After the dialog that asked for it has given the focus back.
      focus: () => setTimeout(() => field.current?.focus(), 300),
    }),
    [text, to, inserted],
  );
}
