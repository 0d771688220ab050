import { MessageCircle } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Conversation } from '../../../../src/client/index.ts';
import { personPath } from '../../app/routes.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { directExcerpt } from '../chat/quote.tsx';
import { Face } from '../face.tsx';
import { useInbox, useInboxView } from '../inbox-context.ts';
import { useIsBlocked } from '../person/use-person.ts';
import { UNSEEN } from '../presence-text.ts';
import { Empty } from './empty.tsx';
import { ListRow } from './list-row.tsx';
import { ListTime } from './list-time.tsx';

/** Conversations, the newest first. `open`: the account of the one that is shown. */
export function Chats({ open }: { open: string | null }) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const conversations = useInboxView((view) => view.conversations);
  const hasMore = useInboxView((view) => view.hasMoreConversations);
  const [busy, run] = useAction();
  if (conversations.length === 0)
    return <Empty icon={MessageCircle} text={t('people.noChats')} hint={t('people.noChatsHint')} />;
  return (
    <>
      <ul aria-label={t('people.chats')} className="flex flex-col gap-0.5">
        {conversations.map((conversation) => (
          <ChatRow
            key={conversation.with.id}
            conversation={conversation}
            isOpen={conversation.with.id === open}
          />
        ))}
      </ul>
      {hasMore ? (
        <Button
          className="m-3 self-start"
          busy={busy}
          onClick={() => void run(() => inbox.moreConversations())}
        >
          {t('people.more')}
        </Button>
      ) : null}
    </>
  );
}

function ChatRow({ conversation, isOpen }: { conversation: Conversation; isOpen: boolean }) {
  const { t } = useTranslation();
  const { with: person, last, unread, deleted } = conversation;
  const { status } = useInboxView((view) => view.presence.get(person.id)) ?? UNSEEN;
  const isBlocked = useIsBlocked(person.id);
  const excerpt = last === null ? '' : directExcerpt(t, last);
  const said = last !== null && last.from !== person.id ? t('people.you', { text: excerpt }) : excerpt;
  return (
    <ListRow
      href={personPath(person.id)}
      current={isOpen}
      face={<Face person={person} presence={deleted ? 'offline' : status} />}
      name={person.name}
      time={last === null ? null : <ListTime at={last.sentAt} />}
      strong={unread > 0}
      line={
        <>
          {status === 'offline' ? null : <span className="sr-only">{t(`presence.${status}`)}. </span>}
          {isBlocked ? `${t('people.blockedMark')} · ${said}` : said}
        </>
      }
      badges={<Badge count={unread} label={t('people.unread', { count: unread })} />}
    />
  );
}
