import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Person } from '../../../../src/protocol/index.ts';
import { groupPath } from '../../app/routes.ts';
import { Secret } from '../../room/invite/secret.tsx';
import { useRoom, useView } from '../../room/room-context.tsx';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { Face } from '../face.tsx';
import { useInboxView } from '../inbox-context.ts';
import { useGroup, useGroupCode } from './use-group.ts';

/** Contacts, to invite into the group, and its link where that is of use. */
export function GroupInvite() {
  const { t } = useTranslation();
  const code = useGroupCode();
  const joining = useGroup()?.joining;
  const contacts = useInboxView((view) => view.contacts);
  const members = useView((view) => view.members);
  const here = new Set(Array.from(members.values(), ({ account }) => account));
  const others = contacts.filter(({ person }) => !here.has(person.id));
  return (
    <>
      {others.length === 0 ? <p className="text-sm text-muted">{t('group.inviteNone')}</p> : null}
      <ul aria-label={t('group.inviteTitle')}>
        {others.map(({ person }) => (
          <Invitee key={person.id} person={person} />
        ))}
      </ul>
      {joining === 'invite' ? null : (
        <div className="mt-4">
          <Secret
            label={t('group.link')}
            text={`${location.origin}${groupPath(code)}`}
            copy={t('group.copyLink')}
          />
        </div>
      )}
    </>
  );
}

function Invitee({ person }: { person: Person }) {
  const { t } = useTranslation();
  const room = useRoom();
  const [isInvited, setInvited] = useState(false);
  const [busy, run] = useAction();
  const { id: account, name } = person;

  async function invite(): Promise<void> {
    if (await run(() => room.send('group.invite', { account }))) setInvited(true);
  }

  return (
    <li className="flex min-h-14 items-center gap-3 py-1">
      <Face person={person} />
      <p className="min-w-0 flex-1 truncate font-medium">{name}</p>
      {isInvited ? (
        <span role="status" className="text-sm text-muted">
          <span className="sr-only">{t('group.inviteDone', { name })}</span>
          <span aria-hidden>{t('group.inviteMark')}</span>
        </span>
      ) : (
        <Button busy={busy} aria-label={t('group.inviteName', { name })} onClick={() => void invite()}>
          {t('group.invite')}
        </Button>
      )}
    </li>
  );
}
