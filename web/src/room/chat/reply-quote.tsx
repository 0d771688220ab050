import { CornerUpLeft, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Message } from '../../../../src/client/index.ts';
import { IconButton } from '../../ui/button.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useNameOf } from '../room-context.tsx';
import { excerpt, jumpTo } from './excerpt.ts';

/** What a message answers, in one line; pressing it leads there. undefined: it stands before what is known. */
export function ReplyQuote({ seq, message }: { seq: number; message: Message | undefined }) {
  const { t } = useTranslation();
  const nameOf = useNameOf();
  const author = (message?.by === undefined ? null : nameOf(message.by)) ?? t('chat.somebody');
  const text = message === undefined ? t('tools.earlier') : `${author}: ${excerpt(t, message)}`;
  return (
    <button
      type="button"
      aria-label={t('tools.replyTo', { text })}
      onClick={() => {
        if (!jumpTo(seq)) toast(t('tools.notLoaded'));
      }}
      className="mb-1 flex max-w-full items-center gap-1 rounded border-l-2 border-accent bg-accent-soft px-2 py-1 text-left text-sm"
    >
      <CornerUpLeft aria-hidden className="size-3 shrink-0" />
      <span className="truncate">{text}</span>
    </button>
  );
}

/** Over the field: what is being answered, and the way to answer nothing. */
export function ReplyBar({ message, onCancel }: { message: Message; onCancel: () => void }) {
  const { t } = useTranslation();
  const nameOf = useNameOf();
  const author = (message.by === undefined ? null : nameOf(message.by)) ?? t('chat.somebody');
  return (
    <div className="mb-2 flex items-center gap-2 rounded-lg bg-accent-soft pl-3 text-sm">
      <p className="min-w-0 flex-1 truncate">
        {t('tools.replyTo', { text: `${author}: ${excerpt(t, message)}` })}
      </p>
      <IconButton label={t('tools.noReply')} icon={X} onClick={onCancel} />
    </div>
  );
}
