import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from '../../app/errors.ts';
import { setTitle } from '../../app/title.ts';
import { Button } from '../../ui/button.tsx';
import { useInbox, useInboxView } from '../inbox-context.ts';
import { Conversation } from './conversation.tsx';

type OpenPersonProps = { account: string; onBack: (() => void) | null };

/** The conversation with an account, which is looked up first where nobody has told of it yet. */
export function OpenPerson({ account, onBack }: OpenPersonProps) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const person = useInboxView((view) => view.people.get(account));
  const [error, setError] = useState<unknown>(null);
  const isKnown = person !== undefined;
  useEffect(() => {
    if (isKnown) return;
    let isOver = false;
    inbox.introduce(account).catch((reason: unknown) => {
      if (!isOver) setError(reason);
    });
    return () => {
      isOver = true;
    };
  }, [inbox, account, isKnown]);
  const name = person?.name;
  useEffect(() => {
    if (name !== undefined) setTitle(`${name} · ${t('app.name')}`);
  }, [name, t]);

  if (person !== undefined) return <Conversation person={person} onBack={onBack} />;
  return (
    <main className="flex min-w-0 flex-1 flex-col items-center justify-center gap-4 p-8 text-center">
      <p role="status" className="text-muted">
        {error === null ? t('people.loading') : describeError(t, error)}
      </p>
      {onBack === null ? null : <Button onClick={onBack}>{t('people.back')}</Button>}
    </main>
  );
}
