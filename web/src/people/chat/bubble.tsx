import type { ReactNode } from 'react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tick } from '../../../../src/client/index.ts';
import type { DirectMessage } from '../../../../src/protocol/index.ts';
import { Time } from '../../room/chat/time.tsx';
import type { Large } from '../../room/images/large.ts';
import { PictureButton } from '../../room/images/picture-button.tsx';
import type { AskUrl } from '../../room/images/use-image-url.ts';
import { type BubbleHandle, BubbleMenuButton } from './bubble-menu.tsx';
import { bubbleId, Quote } from './quote.tsx';
import { Ticks } from './ticks.tsx';

type BubbleProps = {
  message: DirectMessage;
  own: boolean;
  /** What its author is called. */
  author: string;
  /** Name of the other one of the two. */
  other: string;
  first: boolean;
  last: boolean;
  /** Of your own; null: it is not yours. */
  tick: Tick | null;
  /** What it answers, where that is known. */
  replied: DirectMessage | undefined;
  repliedAuthor: string;
  askUrl: AskUrl;
  onShow: (shown: Large) => void;
  handle: BubbleHandle;
};

/** One direct message: yours to the right, the other's to the left. */
export const Bubble = memo(function Bubble(props: BubbleProps) {
  const { message, own, author, first, last, handle } = props;
  const { t } = useTranslation();
  const isDeleted = message.body.kind === 'deleted';
  const menu = isDeleted ? null : <BubbleMenuButton handle={handle} message={message} author={author} />;
  return (
    <li
      id={bubbleId(message)}
      tabIndex={-1}
      className={`row-lazy group flex items-end gap-1 ${own ? 'justify-end pl-10' : 'justify-start pr-10'} ${first ? 'mt-3' : 'mt-1'}`}
    >
      {own ? menu : null}
      <BubbleGround own={own}>
        <span className="sr-only">{author}: </span>
        {message.replyTo === undefined ? null : (
          <Quote to={message.replyTo} message={props.replied} author={props.repliedAuthor} />
        )}
        <Content {...props} />
        {message.editedAt === undefined || isDeleted ? null : (
          <span className="text-xs text-muted">({t('chat.edited')}) </span>
        )}
        {last || message.failed !== undefined ? (
          <span className="flex items-center justify-end gap-1 text-muted">
            <Time at={message.sentAt} />
            {props.tick === null || isDeleted ? null : <Ticks tick={props.tick} />}
          </span>
        ) : props.tick === null || isDeleted ? null : (
          <span className="sr-only">{t(`direct.${props.tick}`)}</span>
        )}
        {message.failed === undefined ? null : (
          <p className="text-sm text-danger">{t('direct.failedText', { name: props.other })}</p>
        )}
      </BubbleGround>
      {own ? null : menu}
    </li>
  );
});

/** The ground that a message stands on. */
export function BubbleGround({ own, children }: { own: boolean; children: ReactNode }) {
  return (
    <div
      className={`max-w-[min(100%,36rem)] min-w-0 rounded-2xl border px-3 py-2 ${own ? 'rounded-br-md border-transparent bg-accent-soft' : 'rounded-bl-md border-line bg-surface'}`}
    >
      {children}
    </div>
  );
}

function Content({ message: { body, sentAt }, author, askUrl, onShow }: BubbleProps) {
  const { t } = useTranslation();
  if (body.kind === 'deleted') return <p className="text-muted italic">{t('chat.deleted')}</p>;
  if (body.kind === 'text')
    return (
      <p dir="auto" className="whitespace-pre-wrap wrap-anywhere">
        {body.text}
      </p>
    );
  const { image, caption } = body;
  const alt =
    caption === '' ? t('image.altPlain', { name: author }) : t('image.alt', { name: author, caption });
  return (
    <figure className="py-1">
      <PictureButton
        image={image}
        size={body}
        alt={alt}
        askUrl={askUrl}
        onPress={() => onShow({ image, caption, at: sentAt, author, alt })}
      />
      {caption === '' ? null : (
        <figcaption dir="auto" className="mt-1 whitespace-pre-wrap wrap-anywhere">
          {caption}
        </figcaption>
      )}
    </figure>
  );
}
