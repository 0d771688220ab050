import { ImageUp } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasKeyboard } from '../../ui/keyboard.ts';
import { later } from '../../ui/later.tsx';
import { UploadRows } from '../files/upload-rows.tsx';
import { useFileUploads } from '../files/use-file-uploads.ts';
import { isPicture } from '../images/is-picture.ts';
import { type Share, type Uploads, useUploads } from '../images/use-uploads.ts';
import { FloatingReactions } from '../reactions/floating-reactions.tsx';
import { useCan, useRoom, useView } from '../room-context.tsx';
import { Composer } from './composer.tsx';
import { MessageList } from './message-list.tsx';
import { TypingLine } from './typing-line.tsx';
import type { Draft } from './use-draft.ts';
import { useOutbox } from './use-outbox.ts';

const PinnedBar = later(async () => (await import('./pinned-bar.tsx')).PinnedBar);

const bringsFiles = (event: React.DragEvent): boolean => event.dataTransfer.types.includes('Files');

type ChatPanelProps = {
  draft: Draft;
  bar: ReactNode;
  top?: ReactNode;
  group?: { readonly readOnly: string };
  reactions?: boolean;
};

/**
 * The conversation: what was said above, what is being written below. Pictures and other files can be dropped anywhere on it. `bar`:
 * what else can be done here, between the two; `top`: what stands above all of it. `group`: all is for everybody, and
 * this is said to those who may not write. `reactions`: they come up here, and not elsewhere.
 */
export function ChatPanel({ draft, bar, top, group, reactions = true }: ChatPanelProps) {
  const { t } = useTranslation();
  const room = useRoom();
  const mayShare = useCan('image');
  const hasPins = useView((view) => view.pins.size > 0);
  const share: Share = useCallback((file, options) => room.upload(file, options), [room]);
  const uploads = useSorted(useUploads(share, mayShare));
  const mayShareFiles = useCan('file');
  const outbox = useOutbox();
  const [over, setOver] = useState(false);
  const panel = useRef<HTMLElement>(null);
  const { field } = draft;

  // Whoever has come in stood on a button that is gone. A screen keyboard is not to jump up unasked.
  useEffect(() => {
    panel.current?.focus();
    if (hasKeyboard()) field.current?.focus();
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
        setOver(mayShare || mayShareFiles);
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
      {top}
      <h2 className="sr-only">{t('chat.title')}</h2>
      {hasPins ? <PinnedBar /> : null}
      <div className="relative flex min-h-0 flex-1 flex-col">
        <MessageList outbox={outbox} draft={draft} />
        {reactions ? <FloatingReactions /> : null}
      </div>
      <TypingLine />
      {bar}
      <div className="mx-auto w-full max-w-3xl px-3 sm:px-4">
        <UploadRows />
      </div>
      <Composer draft={draft} outbox={outbox} uploads={uploads} group={group} />
      {over ? (
        <div className="pointer-events-none absolute inset-3 flex items-center justify-center gap-3 rounded-2xl border-2 border-dashed border-accent bg-accent-soft text-lg font-medium">
          <ImageUp aria-hidden className="size-6" />
          {t(mayShareFiles ? 'files.dropHere' : 'image.drop')}
        </div>
      ) : null}
    </main>
  );
}

/** Pictures are shown, with a caption, before they are sent; whatever else comes is sent as a file. */
function useSorted(pictures: Uploads): Uploads {
  const files = useFileUploads();
  const mayShareFiles = useCan('file');
  return useMemo(
    () => ({
      ...pictures,
      add: (added) => {
        const all = [...added];
        const others = mayShareFiles ? all.filter((file) => file.type === '' || !isPicture(file)) : [];
        const rest = all.filter((file) => !others.includes(file));
        if (others.length > 0) files.add(others);
        if (rest.length > 0) pictures.add(rest);
      },
    }),
    [pictures, files, mayShareFiles],
  );
}
