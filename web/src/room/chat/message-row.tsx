import { Lock } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '../../../../src/client/index.ts';
import { Avatar } from '../../ui/avatar.tsx';
import type { Shown } from '../images/lightbox.tsx';
import { SharedImage } from '../images/shared-image.tsx';
import { cutMentions } from './mentions.ts';
import { Time } from './time.tsx';

type MessageRowProps = {
  message: Message;
  /** Whether it stands under a head of its own. */
  first: boolean;
  own: boolean;
  /** Whether it mentions the reader. */
  forMe: boolean;
  author: string | null;
  /** Whether the author is no longer here. */
  hasLeft: boolean;
  /** Of a private message: a name, or `self`. */
  recipient: string | null;
  nameOf: (id: string) => string | null;
  at: number;
  onShow: (shown: Shown) => void;
};

export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, first, own, forMe, hasLeft, recipient, onShow } = props;
  const { t } = useTranslation();
  const author = props.author ?? t('chat.somebody');
  return (
    <li
      className={`row-lazy flex gap-3 rounded-lg px-2 ${first ? 'mt-3 pt-1' : ''} ${forMe ? 'bg-accent-soft' : ''} pb-1`}
    >
      <div className="w-8 shrink-0">
        {first ? <Avatar id={message.by ?? ''} name={author} dim={hasLeft} /> : null}
      </div>
      <div className="min-w-0 flex-1">
        {first ? (
          <div className="flex flex-wrap items-baseline gap-x-2">
            <span className={`font-semibold wrap-anywhere ${hasLeft ? 'text-muted' : ''}`}>{author}</span>
            {hasLeft ? <span className="text-sm text-muted">({t('chat.hasLeft')})</span> : null}
            {own ? <span className="text-sm text-muted">({t('chat.you')})</span> : null}
            {recipient === null ? null : (
              <span className="inline-flex items-center gap-1 text-sm font-medium text-accent">
                <Lock aria-hidden className="size-3" />
                {recipient === 'self' ? t('chat.privateToYou') : t('chat.privateTo', { name: recipient })}
              </span>
            )}
            <Time at={props.at} />
          </div>
        ) : null}
        {message.t === 'image.shared' ? (
          <SharedImage message={message} author={author} own={own} onShow={onShow} />
        ) : (
          <MessageText text={message.body.text} mentions={message.mentions ?? []} nameOf={props.nameOf} />
        )}
      </div>
    </li>
  );
});

function MessageText({
  text,
  mentions,
  nameOf,
}: {
  text: string;
  mentions: readonly string[];
  nameOf: (id: string) => string | null;
}) {
  const people = mentions.flatMap((id) => {
    const name = nameOf(id);
    return name === null ? [] : [{ id, name }];
  });
  let place = 0;
  return (
    <p dir="auto" className="whitespace-pre-wrap wrap-anywhere">
      {cutMentions(text, people).map((piece) => {
        place += piece.text.length;
        return piece.member === null ? (
          piece.text
        ) : (
          <mark key={place} className="bg-transparent font-semibold text-accent">
            {piece.text}
          </mark>
        );
      })}
    </p>
  );
}
