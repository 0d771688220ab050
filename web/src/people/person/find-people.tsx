import { Search } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Inbox } from '../../../../src/client/index.ts';
import { LIMITS, type Person } from '../../../../src/protocol/index.ts';
import { codeOf, describeError } from '../../app/errors.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { useInbox } from '../inbox-context.ts';
import { FoundPerson } from './found-person.tsx';

/** Finds people by their user name, or, where the server lets one search, by how they begin. */
export function FindPeople({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onClose={onClose} title={t('people.find')}>
      <FindForm onClose={onClose} />
    </Dialog>
  );
}

/** Whoever is called exactly so, and, where that may be looked for, those whose name begins so. */
async function lookFor(inbox: Inbox, text: string): Promise<readonly Person[]> {
  const exact = inbox.find(text).catch((error: unknown) => {
    if (codeOf(error) === 'person_unknown') return null;
    throw error;
  });
  const begins =
    [...text].length < LIMITS.peopleSearchLeast ? Promise.resolve([]) : inbox.search(text).catch(() => []);
  const [one, others] = await Promise.all([exact, begins]);
  return one === null ? others : [one, ...others.filter(({ id }) => id !== one.id)];
}

function FindForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [found, setFound] = useState<readonly Person[] | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function find(): Promise<void> {
    const wanted = text.trim();
    if (wanted === '') return field.current?.focus();
    setBusy(true);
    setWrong(null);
    try {
      setFound(await lookFor(inbox, wanted));
    } catch (error) {
      setFound(null);
      setWrong(describeError(t, error));
    }
    setBusy(false);
  }

  return (
    <search>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void find();
        }}
      >
        <Field
          ref={field}
          type="search"
          label={t('people.findLabel')}
          hint={t('people.findHint')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        {wrong === null ? null : <Alert>{wrong}</Alert>}
        <Button type="submit" kind="primary" icon={Search} busy={busy} className="self-start">
          {t(busy ? 'people.finding' : 'people.findDo')}
        </Button>
      </form>
      <div role="status" className="mt-4">
        {found?.length === 0 ? <p className="text-sm text-muted">{t('people.foundNone')}</p> : null}
      </div>
      {found === null || found.length === 0 ? null : (
        <ul aria-label={t('people.found')}>
          {found.map((person) => (
            <FoundPerson key={person.id} person={person} isOnly={found.length === 1} onGo={onClose} />
          ))}
        </ul>
      )}
    </search>
  );
}
