import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Person } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useInbox } from '../inbox-context.ts';
import { useContact, useIsBlocked } from '../person/use-person.ts';

type StandingBarProps = {
  person: Person;
  /** Their account is deleted. */
  isGone: boolean;
};

/** Over the field: what stands between the two, and what can be done about it. Nothing between contacts. */
export function StandingBar({ person, isGone }: StandingBarProps) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const contact = useContact(person.id);
  const isBlocked = useIsBlocked(person.id);
  const [busy, run] = useAction();
  const { id, name } = person;

  if (isGone) return <Bar text={t('direct.gone')} />;
  if (isBlocked)
    return (
      <Bar text={t('direct.blocked', { name })}>
        <Button
          busy={busy}
          aria-label={t('people.unblockName', { name })}
          onClick={() => void run(() => inbox.unblock(id))}
        >
          {t('people.unblock')}
        </Button>
      </Bar>
    );
  if (contact?.state === 'contact') return null;
  if (contact?.state === 'asking')
    return (
      <Bar text={t('direct.theyAsk', { name })} note={contact.note}>
        <Button
          kind="primary"
          busy={busy}
          aria-label={t('people.acceptName', { name })}
          onClick={() => void run(() => inbox.accept(id))}
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
      </Bar>
    );
  if (contact?.state === 'asked')
    return (
      <Bar text={t('direct.waitFor', { name })}>
        <Button
          kind="quiet"
          busy={busy}
          aria-label={t('people.takeBackName', { name })}
          onClick={() => void run(() => inbox.remove(id))}
        >
          {t('people.takeBack')}
        </Button>
      </Bar>
    );
  return (
    <Bar text={t('direct.strangers', { name })}>
      <Button
        busy={busy}
        aria-label={t('people.askName', { name })}
        onClick={() => void run(() => inbox.ask(id))}
      >
        {t('people.ask')}
      </Button>
    </Bar>
  );
}

function Bar({ text, note = '', children }: { text: string; note?: string; children?: ReactNode }) {
  return (
    <section role="status" className="border-t border-line bg-surface px-4 py-3">
      <div className="mx-auto flex max-w-3xl flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-40 flex-1 text-sm">
          <p className="wrap-anywhere">{text}</p>
          {note === '' ? null : (
            <blockquote dir="auto" className="mt-1 border-l-2 border-line pl-2 text-muted wrap-anywhere">
              {note}
            </blockquote>
          )}
        </div>
        {children === undefined ? null : <div className="flex flex-wrap gap-2">{children}</div>}
      </div>
    </section>
  );
}
