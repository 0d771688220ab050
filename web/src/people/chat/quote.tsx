import type { TFunction } from 'i18next';
import { CornerUpLeft, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { DirectMessage, DirectRef } from '../../../../src/protocol/index.ts';
import { IconButton } from '../../ui/button.tsx';
import { toast } from '../../ui/toasts.tsx';

/** Characters of a message that stand for the whole of it. */
const EXCERPT = 120;

/** A direct message in one line. */
export function directExcerpt(t: TFunction, { body }: Pick<DirectMessage, 'body'>): string {
  if (body.kind === 'deleted') return t('people.deletedMessage');
  const text = (body.kind === 'image' ? body.caption : body.text).replace(/\s+/g, ' ');
  if (text === '') return t('people.picture');
  return [...text].length > EXCERPT ? `${[...text].slice(0, EXCERPT).join('')}…` : text;
}

/** The element of a message that is shown. */
export const bubbleId = ({ from, number }: DirectRef): string => `direct-${from}-${number}`;

function jumpTo(message: DirectRef): boolean {
  const row = document.getElementById(bubbleId(message));
  row?.scrollIntoView({ block: 'center' });
  row?.focus({ preventScroll: true });
  return row !== null;
}

type QuoteProps = {
  to: DirectRef;
  /** undefined: it stands before what is known. */
  message: DirectMessage | undefined;
  author: string;
};

/** What a message answers, in one line; pressing it leads there. */
export function Quote({ to, message, author }: QuoteProps) {
  const { t } = useTranslation();
  const text = message === undefined ? t('tools.earlier') : `${author}: ${directExcerpt(t, message)}`;
  return (
    <button
      type="button"
      aria-label={t('tools.replyTo', { text })}
      onClick={() => {
        if (!jumpTo(to)) toast(t('tools.notLoaded'));
      }}
      className="mb-1 flex max-w-full items-center gap-1 rounded border-l-2 border-accent bg-canvas px-2 py-1 text-left text-sm"
    >
      <CornerUpLeft aria-hidden className="size-3 shrink-0" />
      <span className="truncate">{text}</span>
    </button>
  );
}

/** Over the field: what is being answered, and the way to answer nothing. */
export function QuoteBar({ text, onCancel }: { text: string; onCancel: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="mb-2 flex items-center gap-2 rounded-lg bg-accent-soft pl-3 text-sm">
      <p className="min-w-0 flex-1 truncate">{t('tools.replyTo', { text })}</p>
      <IconButton label={t('tools.noReply')} icon={X} onClick={onCancel} />
    </div>
  );
}
