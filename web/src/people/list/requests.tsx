import { useTranslation } from 'react-i18next';
import type { Contact } from '../../../../src/protocol/index.ts';
import { Link } from '../../app/router.tsx';
import { personPath } from '../../app/routes.ts';
import { Button } from '../../ui/button.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { Face } from '../face.tsx';
import { useInbox, useInboxView } from '../inbox-context.ts';

/** People who ask to be a contact, with what they said. */
export function AskingPeople() {
  const { t } = useTranslation();
  const asking = useInboxView((view) => view.asking);
  if (asking.length === 0) return null;
  return (
    <section aria-labelledby="people-requests" className="mb-3">
      <h2 id="people-requests" className="px-3 py-1 text-sm font-semibold">
        {t('people.requests')}
      </h2>
      <ul>
        {asking.map((contact) => (
          <Asking key={contact.person.id} contact={contact} />
        ))}
      </ul>
    </section>
  );
}

function Asking({ contact: { person, note } }: { contact: Contact }) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const [busy, run] = useAction();
  const { id, name, userName } = person;

  async function accept(): Promise<void> {
    if (await run(() => inbox.accept(id))) toast(t('people.accepted', { name }));
  }

  return (
    <li className="mx-1 mb-1 rounded-xl border border-line bg-raised px-3 py-3">
      <div className="flex items-center gap-3">
        <Face person={person} />
        <div className="min-w-0 flex-1">
          <p className="truncate font-medium">{name}</p>
          <p className="truncate text-sm text-muted">{userName ?? t('people.requestText')}</p>
        </div>
      </div>
      {note === '' ? null : (
        <blockquote dir="auto" className="mt-2 border-l-2 border-line pl-2 text-sm text-muted wrap-anywhere">
          {note}
        </blockquote>
      )}
      <div className="mt-2 flex flex-wrap gap-2">
        <Button
          kind="primary"
          busy={busy}
          aria-label={t('people.acceptName', { name })}
          onClick={() => void accept()}
        >
          {t('people.accept')}
        </Button>
        <Button
          disabled={busy}
          aria-label={t('people.declineName', { name })}
          onClick={() => void run(() => inbox.decline(id))}
        >
          {t('people.decline')}
        </Button>
      </div>
    </li>
  );
}

/** People who have been asked and have not answered. */
export function AskedPeople() {
  const { t } = useTranslation();
  const asked = useInboxView((view) => view.asked);
  if (asked.length === 0) return null;
  return (
    <section aria-labelledby="people-asked" className="mt-3">
      <h2 id="people-asked" className="px-3 py-1 text-sm font-semibold">
        {t('people.sentRequests')}
      </h2>
      <ul>
        {asked.map(({ person }) => (
          <Asked key={person.id} person={person} />
        ))}
      </ul>
    </section>
  );
}

function Asked({ person }: Pick<Contact, 'person'>) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const [busy, run] = useAction();
  const { id, name } = person;
  return (
    <li className="flex min-h-14 items-center gap-3 px-3 py-1">
      <Face person={person} />
      <Link
        href={personPath(id)}
        aria-label={t('people.write', { name })}
        className="min-w-0 flex-1 truncate font-medium"
      >
        {name}
      </Link>
      <Button
        busy={busy}
        aria-label={t('people.takeBackName', { name })}
        onClick={() => void run(() => inbox.remove(id))}
      >
        {t('people.takeBack')}
      </Button>
    </li>
  );
}
