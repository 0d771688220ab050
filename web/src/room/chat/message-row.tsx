import { Lock } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '../../../../src/client/index.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { SharedFile } from '../files/shared-file.tsx';
import type { Large } from '../images/large.ts';
import { SharedImage } from '../images/shared-image.tsx';
import { rowId } from './excerpt.ts';
import { cutMentions } from './mentions.ts';
import { MessageMenuButton, type ToolsMenu } from './message-menu.tsx';
import { MessageReactions } from './message-reactions.tsx';
import { ReplyQuote } from './reply-quote.tsx';
import { Time } from './time.tsx';

type MessageRowProps = {
  message: Message;
  /** Whether it stands under a head of its own. */
  first: boolean;
  own: boolean;
  /** Whether it mentions the reader. */
  forMe: boolean;
  author: string | null;
  /** Whose picture stands beside it, and its path where there is one. */
  faceOf: string;
  picture: string | undefined;
  /** Whether the author is no longer here. */
  hasLeft: boolean;
  /** Of a private message: a name, or `self`. */
  recipient: string | null;
  nameOf: (id: string) => string | null;
  at: number;
  onShow: (shown: Large) => void;
  onMenu: ToolsMenu['show'];
  isMenuOpen: boolean;
  /** What it answers, and that itself where it is known. */
  replyTo: number | undefined;
  replied: Message | undefined;
};

export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, first, own, forMe, hasLeft, recipient, onShow } = props;
  const { t } = useTranslation();
  const author = props.author ?? t('chat.somebody');
  const isDeleted = message.t === 'chat.sent' && message.body.kind === 'deleted';
  return (
    <li
      id={rowId(message.seq)}
      tabIndex={-1}
      className={`row-lazy group relative flex gap-3 rounded-lg px-2 ${first ? 'mt-3 pt-1' : ''} ${forMe ? 'bg-accent-soft' : ''} pb-1`}
    >
      <div className="w-8 shrink-0">
        {first ? <Avatar id={props.faceOf} name={author} picture={props.picture} dim={hasLeft} /> : null}
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
        {props.replyTo === undefined ? null : <ReplyQuote seq={props.replyTo} message={props.replied} />}
        {message.t === 'image.shared' ? (
          <SharedImage message={message} author={author} own={own} onShow={onShow} />
        ) : message.t === 'file.shared' ? (
          <SharedFile message={message} />
        ) : message.body.kind === 'deleted' ? (
          <p className="text-muted italic">{t('chat.deleted')}</p>
        ) : (
          <>
            <MessageText text={message.body.text} mentions={message.mentions ?? []} nameOf={props.nameOf} />
            {message.editedAt === undefined ? null : (
              <span className="text-sm text-muted">({t('chat.edited')})</span>
            )}
          </>
        )}
        <MessageReactions message={message.seq} />
      </div>
      {isDeleted ? null : (
        <MessageMenuButton
          onMenu={props.onMenu}
          isOpen={props.isMenuOpen}
          message={message}
          author={author}
        />
      )}
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
