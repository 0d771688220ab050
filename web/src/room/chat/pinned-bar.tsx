import { ChevronDown, ChevronUp, Pin, PinOff } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '../../../../src/client/index.ts';
import { IconButton } from '../../ui/button.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useIsHost, useNameOf, useRoom, useView } from '../room-context.tsx';
import { excerpt, jumpTo } from './excerpt.ts';

/** What is pinned: the newest pin in one line, all of them when it is opened. */
export function PinnedBar() {
  const { t } = useTranslation();
  const id = useId();
  const pins = useView((view) => view.pins);
  const [open, setOpen] = useState(false);
  const all = [...pins].reverse();
  if (all.length === 0) return null;
  return (
    <section aria-label={t('tools.pinned')} className="border-b border-line bg-surface px-3 sm:px-4">
      <div className="mx-auto flex max-w-3xl items-start gap-1">
        <ul id={id} className="max-h-48 min-w-0 flex-1 overflow-y-auto">
          {(open ? all : all.slice(0, 1)).map(([seq, message]) => (
            <PinnedRow key={seq} seq={seq} message={message} />
          ))}
        </ul>
        {all.length > 1 ? (
          <IconButton
            label={t(open ? 'tools.pinsLess' : 'tools.pinsAll', { count: all.length })}
            icon={open ? ChevronUp : ChevronDown}
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          />
        ) : null}
      </div>
    </section>
  );
}

function PinnedRow({ seq, message }: { seq: number; message: Message | null }) {
  const { t } = useTranslation();
  const room = useRoom();
  const nameOf = useNameOf();
  const isHost = useIsHost();
  const [busy, run] = useAction();
  // A pin that stands before what is known is fetched once it is to be shown.
  useEffect(() => {
    if (message === null) room.message(seq).catch(() => undefined);
  }, [room, seq, message]);
  const author = (message?.by === undefined ? null : nameOf(message.by)) ?? t('chat.somebody');
  const text = message === null ? t('tools.earlier') : `${author}: ${excerpt(t, message)}`;
  return (
    <li className="flex min-h-tap items-center gap-2 text-sm">
      <Pin aria-hidden className="size-4 shrink-0 text-accent" />
      <button
        type="button"
        aria-label={t('tools.showPinned', { text })}
        onClick={() => {
          if (!jumpTo(seq)) toast(t('tools.notLoaded'));
        }}
        className="min-h-tap min-w-0 flex-1 truncate text-left hover:underline"
      >
        {text}
      </button>
      {isHost ? (
        <IconButton
          label={t('tools.unpinText', { text })}
          icon={PinOff}
          disabled={busy}
          onClick={() => void run(() => room.unpin(seq))}
        />
      ) : null}
    </li>
  );
}
