import { AtSign, Plus, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InboxGroup } from '../../../../src/client/index.ts';
import { groupPath } from '../../app/routes.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { GroupFace } from '../group/group-face.tsx';
import { NewGroup } from '../group/new-group.tsx';
import { useInbox, useInboxView } from '../inbox-context.ts';
import { Empty } from './empty.tsx';
import { ListRow } from './list-row.tsx';
import { ListTime } from './list-time.tsx';

/** Groups: those that invite, those that somebody is in, and those that have not answered. */
export function Groups({ open }: { open: string | null }) {
  const { t } = useTranslation();
  const groups = useInboxView((view) => view.groups);
  const [making, setMaking] = useState(false);
  const invited = groups.filter(({ state }) => state === 'invited');
  const enrolled = groups.filter(({ state }) => state === 'enrolled');
  const asked = groups.filter(({ state }) => state === 'asked');
  return (
    <>
      <Button icon={Plus} className="mx-3 mb-2 self-start" onClick={() => setMaking(true)}>
        {t('group.new')}
      </Button>
      {invited.length === 0 ? null : (
        <section aria-labelledby="group-invitations" className="mb-2">
          <h2 id="group-invitations" className="px-3 py-1 text-sm font-semibold">
            {t('group.invitations')}
          </h2>
          <ul>
            {invited.map((group) => (
              <Invitation key={group.group} group={group} />
            ))}
          </ul>
        </section>
      )}
      {enrolled.length === 0 && invited.length === 0 ? (
        <Empty icon={UsersRound} text={t('group.none')} hint={t('group.noneHint')} />
      ) : (
        <ul aria-label={t('people.groups')} className="flex flex-col gap-0.5">
          {enrolled.map((group) => (
            <GroupRow key={group.group} group={group} isOpen={group.group === open} />
          ))}
        </ul>
      )}
      {asked.length === 0 ? null : (
        <ul aria-label={t('group.waiting')}>
          {asked.map((group) => (
            <Asked key={group.group} group={group} />
          ))}
        </ul>
      )}
      <NewGroup open={making} onClose={() => setMaking(false)} />
    </>
  );
}

function GroupRow({ group: { group, name, news }, isOpen }: { group: InboxGroup; isOpen: boolean }) {
  const { t } = useTranslation();
  const self = useInboxView((view) => view.self.id);
  const { unread = 0, mentions = 0, lastMessage = null } = news ?? {};
  return (
    <ListRow
      href={groupPath(group)}
      current={isOpen}
      face={<GroupFace code={group} />}
      name={name}
      time={lastMessage === null ? null : <ListTime at={lastMessage.at} />}
      strong={unread > 0}
      line={lastMessage === null ? t('direct.empty') : <LastLine self={self} last={lastMessage} />}
      badges={
        <>
          {mentions > 0 ? (
            <span className="flex size-5 shrink-0 items-center justify-center rounded-full bg-warn-soft text-warn">
              <AtSign aria-hidden className="size-3.5" />
              <span className="sr-only">{t('people.mentions', { count: mentions })}</span>
            </span>
          ) : null}
          <Badge count={unread} label={t('people.unread', { count: unread })} />
        </>
      }
    />
  );
}

type Last = NonNullable<NonNullable<InboxGroup['news']>['lastMessage']>;

function LastLine({ last: { account, name, kind, text }, self }: { last: Last; self: string }) {
  const { t } = useTranslation();
  const said = kind === 'deleted' ? t('people.deletedMessage') : text === '' ? t('people.picture') : text;
  if (account === self) return t('people.you', { text: said });
  return name === '' ? said : `${name}: ${said}`;
}

function Invitation({ group: { group, name, invitedBy } }: { group: InboxGroup }) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const [busy, run] = useAction();
  return (
    <li className="px-3 py-2">
      <div className="flex items-center gap-3">
        <GroupFace code={group} />
        <div className="min-w-0 flex-1">
          <p className="truncate font-medium">{name}</p>
          <p className="truncate text-sm text-muted">
            {invitedBy === null ? t('group.invited') : t('group.invitedBy', { name: invitedBy.name })}
          </p>
        </div>
      </div>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button
          kind="primary"
          busy={busy}
          aria-label={t('group.acceptName', { name })}
          onClick={() => void run(() => inbox.joinGroup(group))}
        >
          {t('people.accept')}
        </Button>
        <Button
          disabled={busy}
          aria-label={t('group.declineName', { name })}
          onClick={() => void run(() => inbox.leaveGroup(group))}
        >
          {t('people.decline')}
        </Button>
      </div>
    </li>
  );
}

function Asked({ group: { group, name } }: { group: InboxGroup }) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const [busy, run] = useAction();
  return (
    <li className="flex items-center gap-3 px-3 py-2">
      <GroupFace code={group} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{name}</p>
        <p className="truncate text-sm text-muted">{t('group.waiting')}</p>
      </div>
      <Button
        busy={busy}
        aria-label={t('group.withdrawName', { name })}
        onClick={() => void run(() => inbox.leaveGroup(group))}
      >
        {t('group.withdraw')}
      </Button>
    </li>
  );
}
