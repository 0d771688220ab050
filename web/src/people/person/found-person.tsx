import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS, type Person } from '../../../../src/protocol/index.ts';
import { Link } from '../../app/router.tsx';
import { personPath } from '../../app/routes.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { Face } from '../face.tsx';
import { useInbox, useInboxView } from '../inbox-context.ts';
import { useContact, useIsBlocked } from './use-person.ts';

type FoundPersonProps = {
  person: Person;
  /** Nobody else was found: what can be said with the question is asked for at once. */
  isOnly: boolean;
  /** They go on to the conversation. */
  onGo: () => void;
};

/** Somebody who was looked for: the way to write to them, and to ask them to be a contact. */
export function FoundPerson({ person, isOnly, onGo }: FoundPersonProps) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const { id, name, userName } = person;
  const isSelf = useInboxView((view) => view.self.id === id);
  const state = useContact(id)?.state;
  const isBlocked = useIsBlocked(id);
  const [isAsking, setAsking] = useState(isOnly);
  const [busy, run] = useAction();

  const mark = isBlocked
    ? t('people.blockedMark')
    : state === 'contact'
      ? t('people.isContact')
      : state === 'asked'
        ? t('people.askedMark')
        : null;
  return (
    <li className="border-t border-line py-3 first:border-t-0">
      <div className="flex items-center gap-3">
        <Face person={person} />
        <div className="min-w-0 flex-1">
          <p className="truncate font-medium">{name}</p>
          <p className="truncate text-sm text-muted">
            {[userName, mark].filter((part) => part !== null).join(' · ')}
          </p>
        </div>
        {isSelf ? (
          <span className="text-sm text-muted">{t('people.self')}</span>
        ) : (
          <Link
            href={personPath(id)}
            aria-label={t('people.write', { name })}
            className={buttonClass('secondary')}
            onClick={onGo}
          >
            {t('people.writeDo')}
          </Link>
        )}
      </div>
      {isSelf || isBlocked || state !== undefined ? null : isAsking ? (
        <AskForm person={person} />
      ) : (
        <Button className="mt-3" aria-label={t('people.askName', { name })} onClick={() => setAsking(true)}>
          {t('people.ask')}
        </Button>
      )}
      {state === 'asking' ? (
        <Button
          kind="primary"
          className="mt-3"
          busy={busy}
          aria-label={t('people.acceptName', { name })}
          onClick={() => void run(() => inbox.accept(id))}
        >
          {t('people.accept')}
        </Button>
      ) : null}
    </li>
  );
}

function AskForm({ person: { id, name } }: { person: Person }) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const [note, setNote] = useState('');
  const [busy, run] = useAction();

  async function ask(): Promise<void> {
    if (await run(() => inbox.ask(id, note.trim() === '' ? undefined : note.trim())))
      toast(t('people.asked', { name }));
  }

  return (
    <form
      noValidate
      className="mt-3 flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <Field
        label={t('people.note')}
        hint={t('people.noteHint')}
        value={note}
        maxLength={LIMITS.contactNoteLength}
        onChange={(event) => setNote(event.target.value)}
        autoComplete="off"
      />
      <Button type="submit" busy={busy} aria-label={t('people.askName', { name })} className="self-start">
        {t('people.ask')}
      </Button>
    </form>
  );
}
