import { ArrowDown } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sendingTo, tickOf } from '../../../../src/client/index.ts';
import type { DirectMessage, Person } from '../../../../src/protocol/index.ts';
import { DayLine } from '../../room/chat/lines.tsx';
import { useScroll } from '../../room/chat/use-scroll.ts';
import type { Large } from '../../room/images/large.ts';
import { PictureDialog } from '../../room/images/picture-dialog.tsx';
import type { AskUrl } from '../../room/images/use-image-url.ts';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useInbox, useInboxView } from '../inbox-context.ts';
import { useConversation } from '../person/use-person.ts';
import { Bubble } from './bubble.tsx';
import { BubbleMenu, createBubbleHandle } from './bubble-menu.tsx';
import { DeleteDirect, EditDirect } from './change-dialogs.tsx';
import { directLines, messageKey } from './lines.ts';
import { FailedBubble, WaitingBubble } from './unsent.tsx';
import type { DirectOutbox } from './use-direct-outbox.ts';
import { useReading } from './use-reading.ts';

type ConversationListProps = {
  person: Person;
  outbox: DirectOutbox;
  /** Whether something can be written to them now. */
  mayWrite: boolean;
  onReply: (message: DirectMessage) => void;
};

const NONE: readonly DirectMessage[] = [];

/** What was written with somebody. */
export function ConversationList({ person, outbox, mayWrite, onReply }: ConversationListProps) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const account = person.id;
  const thread = useInboxView((view) => view.messages.get(account));
  const conversation = useConversation(account);
  const pending = useInboxView((view) => view.pending);
  const isOnline = useInboxView((view) => view.connection.status === 'online');
  const messages = thread?.messages ?? NONE;
  const waiting = useMemo(() => sendingTo({ pending }, account), [pending, account]);
  const [handle] = useState(createBubbleHandle);
  const [shown, setShown] = useState<Large | null>(null);
  const [edited, setEdited] = useState<DirectMessage | null>(null);
  const [removed, setRemoved] = useState<DirectMessage | null>(null);
  const close = useCallback(() => setShown(null), []);
  const askUrl: AskUrl = useCallback((image) => inbox.imageUrl(image), [inbox]);

  const { unreadFrom, isLoading } = useReading(account);
  const lines = useMemo(() => directLines(messages, account, unreadFrom), [messages, account, unreadFrom]);
  const byKey = useMemo(() => new Map(messages.map((message) => [messageKey(message), message])), [messages]);
  const { box, isAtEnd, toEnd } = useScroll(lines, waiting.length + outbox.failed.length);
  const authorOf = (from: string) => (from === account ? person.name : t('direct.you'));
  const isEmpty = messages.length + waiting.length + outbox.failed.length === 0;

  return (
    <div className="relative min-h-0 flex-1">
      <section
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by keyboard too.
        tabIndex={0}
        aria-label={t('direct.messages', { name: person.name })}
        aria-busy={isLoading}
        className="h-full overflow-y-auto overscroll-contain px-3 py-4 -outline-offset-2 sm:px-4"
      >
        <div className="mx-auto flex min-h-full max-w-3xl flex-col justify-end">
          <Earlier account={account} />
          {isEmpty && !isLoading ? (
            <div className="my-auto py-8 text-center">
              <p className="text-base font-medium">{t('direct.empty')}</p>
              <p className="mt-1 text-sm text-muted">{t('direct.emptyHint', { name: person.name })}</p>
            </div>
          ) : null}
          <ol className="flex flex-col">
            {lines.map((line) => {
              if (line.kind === 'day') return <DayLine key={line.key} at={line.at} />;
              if (line.kind === 'unread') return <UnreadLine key={line.key} />;
              const { message } = line;
              const { replyTo } = message;
              return (
                <Bubble
                  key={line.key}
                  message={message}
                  own={message.from !== account}
                  author={authorOf(message.from)}
                  other={person.name}
                  first={line.first}
                  last={line.last}
                  tick={tickOf(conversation ?? { with: person, delivered: 0, seen: 0 }, message)}
                  replied={replyTo === undefined ? undefined : byKey.get(messageKey(replyTo))}
                  repliedAuthor={replyTo === undefined ? '' : authorOf(replyTo.from)}
                  askUrl={askUrl}
                  onShow={setShown}
                  handle={handle}
                />
              );
            })}
            {waiting.map(({ n, text }) => (
              <WaitingBubble key={`p${n}`} text={text} isOnline={isOnline} />
            ))}
            {outbox.failed.map((message) => (
              <FailedBubble key={`f${message.id}`} message={message} outbox={outbox} />
            ))}
          </ol>
        </div>
      </section>
      {isAtEnd ? null : (
        <Button
          kind="primary"
          icon={ArrowDown}
          onClick={toEnd}
          className="absolute bottom-3 left-1/2 -translate-x-1/2 shadow-lg"
        >
          {t('direct.newBelow')}
        </Button>
      )}
      <BubbleMenu
        handle={handle}
        mayWrite={mayWrite}
        isOwn={({ from }) => from !== account}
        onReply={onReply}
        onEdit={setEdited}
        onDelete={setRemoved}
      />
      <EditDirect message={edited} onClose={() => setEdited(null)} />
      <DeleteDirect message={removed} onClose={() => setRemoved(null)} />
      <PictureDialog shown={shown} askUrl={askUrl} onClose={close} />
    </div>
  );
}

function Earlier({ account }: { account: string }) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const hasEarlier = useInboxView((view) => (view.messages.get(account)?.earlier ?? null) !== null);
  const [loading, run] = useAction();
  if (!hasEarlier) return null;
  return (
    <Button
      kind="quiet"
      busy={loading}
      className="mb-4 self-center"
      onClick={() => void run(() => inbox.history(account))}
    >
      {loading ? t('chat.loadingEarlier') : t('chat.loadEarlier')}
    </Button>
  );
}

function UnreadLine() {
  const { t } = useTranslation();
  return (
    <li className="mt-4 flex items-center gap-3 text-sm font-medium text-accent">
      <span aria-hidden className="h-px flex-1 bg-accent" />
      {t('direct.newFrom')}
      <span aria-hidden className="h-px flex-1 bg-accent" />
    </li>
  );
}
