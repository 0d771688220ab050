import { ArrowLeft, Phone } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Person } from '../../../../src/protocol/index.ts';
import { useFormatLocale } from '../../app/use-format-locale.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Face } from '../face.tsx';
import { useInboxView } from '../inbox-context.ts';
import { PersonMenu } from '../person/person-menu.tsx';
import { useContact } from '../person/use-person.ts';
import { presenceText, UNSEEN } from '../presence-text.ts';
import { useCall } from '../ring/use-call.ts';

type ConversationHeadProps = {
  person: Person;
  mayCall: boolean;
  /** null: the list stands beside. */
  onBack: (() => void) | null;
};

/** Whom a conversation is with, and what can be done beside writing. */
export function ConversationHead({ person, mayCall, onBack }: ConversationHeadProps) {
  const { t } = useTranslation();
  const locale = useFormatLocale();
  const seen = useInboxView((view) => view.presence.get(person.id)) ?? UNSEEN;
  const isContact = useContact(person.id)?.state === 'contact';
  const [isCalling, call] = useCall(person);
  const isKnown = isContact || seen.status !== 'offline';
  return (
    <header className="flex items-center gap-2 border-b border-line bg-surface px-3 py-2 sm:gap-3 sm:px-4">
      {onBack === null ? null : (
        <IconButton label={t('people.back')} icon={ArrowLeft} className="-ml-2" onClick={onBack} />
      )}
      <Face person={person} presence={seen.status} />
      <div className="min-w-0 flex-1">
        <h1 className="truncate text-base font-semibold tracking-tight">{person.name}</h1>
        <p className="truncate text-sm text-muted">
          {isKnown ? presenceText(t, locale, seen, Date.now()) : (person.userName ?? '')}
        </p>
      </div>
      {mayCall ? (
        <Button
          icon={Phone}
          busy={isCalling}
          aria-label={t('direct.callName', { name: person.name })}
          onClick={call}
        >
          <span className="max-sm:sr-only">{t('direct.call')}</span>
        </Button>
      ) : null}
      <PersonMenu person={person} />
    </header>
  );
}
