import { ImageUp } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUploads } from '../images/use-uploads.ts';
import { MeetingBar } from '../meeting-bar.tsx';
import { FloatingReactions } from '../reactions/floating-reactions.tsx';
import { useCan } from '../room-context.tsx';
import { Composer } from './composer.tsx';
import { MessageList } from './message-list.tsx';
import { PinnedBar } from './pinned-bar.tsx';
import { TypingLine } from './typing-line.tsx';
import type { Draft } from './use-draft.ts';
import { useOutbox } from './use-outbox.ts';

const bringsFiles = (event: React.DragEvent): boolean => event.dataTransfer.types.includes('Files');

/** The conversation: what was said above, what is being written below. Pictures can be dropped anywhere on it. */
export function ChatPanel({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const uploads = useUploads();
  const outbox = useOutbox();
  const mayShare = useCan('image');
  const [over, setOver] = useState(false);
  const panel = useRef<HTMLElement>(null);
  const { field } = draft;

  // Whoever has come in stood on a button that is gone. A screen keyboard is not to jump up unasked.
  useEffect(() => {
    panel.current?.focus();
    if (window.matchMedia('(hover: hover) and (pointer: fine)').matches) field.current?.focus();
  }, [field]);

  return (
    // Dropping is one more way in; the button and the clipboard are the others.
    <main
      ref={panel}
      tabIndex={-1}
      className="relative flex min-w-0 flex-1 flex-col"
      onDragOver={(event) => {
        if (!bringsFiles(event)) return;
        event.preventDefault();
        setOver(mayShare);
      }}
      onDragLeave={(event) => {
        const inside =
          event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget);
        if (!inside) setOver(false);
      }}
      onDrop={(event) => {
        if (!bringsFiles(event)) return;
        event.preventDefault();
        setOver(false);
        uploads.add(event.dataTransfer.files);
      }}
    >
      <h2 className="sr-only">{t('chat.title')}</h2>
      <PinnedBar />
      <div className="relative flex min-h-0 flex-1 flex-col">
        <MessageList outbox={outbox} draft={draft} />
        <FloatingReactions />
      </div>
      <TypingLine />
      <MeetingBar />
      <Composer draft={draft} outbox={outbox} uploads={uploads} />
      {over ? (
        <div className="pointer-events-none absolute inset-3 flex items-center justify-center gap-3 rounded-2xl border-2 border-dashed border-accent bg-accent-soft text-lg font-medium">
          <ImageUp aria-hidden className="size-6" />
          {t('image.drop')}
        </div>
      ) : null}
    </main>
  );
}
