import { useTranslation } from 'react-i18next';
import type { Person } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useAction } from '../../ui/use-action.ts';
import { Face } from '../face.tsx';
import { useInbox, useInboxView } from '../inbox-context.ts';

/** Whom you have blocked, and the way back. */
export function BlockedPeople({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const blocked = useInboxView((view) => view.blocked);
  return (
    <Dialog open={open} onClose={onClose} title={t('people.blocked')}>
      {blocked.length === 0 ? <p className="text-sm text-muted">{t('people.blockedNone')}</p> : null}
      <ul>
        {blocked.map((person) => (
          <Blocked key={person.id} person={person} />
        ))}
      </ul>
    </Dialog>
  );
}

function Blocked({ person }: { person: Person }) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const [busy, run] = useAction();
  const { id, name, userName } = person;
  return (
    <li className="flex min-h-14 items-center gap-3 border-t border-line py-2 first:border-t-0">
      <Face person={person} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{name}</p>
        {userName === null ? null : <p className="truncate text-sm text-muted">{userName}</p>}
      </div>
      <Button
        busy={busy}
        aria-label={t('people.unblockName', { name })}
        onClick={() => void run(() => inbox.unblock(id))}
      >
        {t('people.unblock')}
      </Button>
    </li>
  );
}
