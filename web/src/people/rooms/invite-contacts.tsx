import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Person } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { inputClass } from '../../ui/field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { Face } from '../face.tsx';
import { useInbox, useInboxView } from '../inbox-context.ts';
import { UNSEEN } from '../presence-text.ts';

/** Contacts above which a search field helps. */
const SEARCH_FROM = 8;

/** Contacts, to invite to a room or to call in; nothing for whoever has none. */
export function InviteContacts({ code, name }: { code: string; name: string }) {
  const { t } = useTranslation();
  const contacts = useInboxView((view) => view.contacts);
  const [wanted, setWanted] = useState('');
  if (contacts.length === 0) return null;
  const text = wanted.trim().toLocaleLowerCase();
  const shown = contacts.filter(({ person }) => person.name.toLocaleLowerCase().includes(text));
  return (
    <section aria-labelledby="invite-contacts" className="border-t border-line pt-4">
      <h3 id="invite-contacts" className="mb-1 text-sm font-medium">
        {t('mine.inviteTitle')}
      </h3>
      {contacts.length > SEARCH_FROM ? (
        <input
          type="search"
          aria-label={t('roster.filter')}
          placeholder={t('roster.filter')}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          className={`${inputClass} my-1`}
        />
      ) : null}
      <ul className="max-h-60 overflow-y-auto">
        {shown.map(({ person }) => (
          <Invitee key={person.id} person={person} code={code} room={name} />
        ))}
      </ul>
    </section>
  );
}

function Invitee({ person, code, room }: { person: Person; code: string; room: string }) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const { id, name } = person;
  const { status } = useInboxView((view) => view.presence.get(id)) ?? UNSEEN;
  const [isInvited, setInvited] = useState(false);
  const [busy, run] = useAction();

  async function invite(ring: boolean): Promise<void> {
    if (!(await run(() => inbox.invite(id, code, room, ring ? { ring } : {})))) return;
    if (ring) return;
    setInvited(true);
    toast(t('mine.invited', { name }));
  }

  return (
    <li className="flex min-h-14 items-center gap-3 py-1">
      <Face person={person} presence={status} />
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm font-medium">{name}</p>
        <p className="truncate text-sm text-muted">{t(`presence.${status}`)}</p>
      </div>
      <Button
        disabled={busy || isInvited}
        aria-label={t('mine.inviteName', { name })}
        onClick={() => void invite(false)}
      >
        {t('mine.invite')}
      </Button>
      <Button disabled={busy} aria-label={t('mine.ringName', { name })} onClick={() => void invite(true)}>
        {t('mine.ring')}
      </Button>
    </li>
  );
}
