import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Waiting } from '../../../../src/protocol/index.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useRoom, useView } from '../room-context.tsx';
import { TurnAwayDialog } from './turn-away-dialog.tsx';

const REASONS = { approval: 'lobby.forApproval', host: 'lobby.forHost', full: 'lobby.forSeat' } as const;

/** Who waits, and the ways to let them in or turn them away. */
export function LobbySheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const room = useRoom();
  const lobby = useView((view) => view.lobby);
  const [refusing, setRefusing] = useState<Waiting | 'all' | null>(null);
  const [busy, run] = useAction();

  async function admit(members: 'all' | string[]): Promise<void> {
    const { waiting } = await settled(room.admit(members));
    if (waiting > 0 && members === 'all') toast(t('lobby.noSeat'));
  }

  return (
    <Dialog place="sheet" open={open} onClose={onClose} title={t('lobby.sheet')}>
      {lobby.length === 0 ? <p className="text-sm text-muted">{t('lobby.empty')}</p> : null}
      <ul>
        {lobby.map((person) => (
          <li key={person.id} className="border-t border-line py-3 first:border-t-0">
            <div className="flex items-center gap-3">
              <Avatar id={person.id} name={person.name} />
              <div className="min-w-0 flex-1">
                <p className="font-medium wrap-anywhere">{person.name}</p>
                <p className="text-sm text-muted">{t(REASONS[person.reason])}</p>
              </div>
            </div>
            <div className="mt-2 flex flex-wrap gap-2">
              <Button
                kind="primary"
                aria-label={t('lobby.admitName', { name: person.name })}
                disabled={busy}
                onClick={() => void run(() => admit([person.id]))}
              >
                {t('lobby.admit')}
              </Button>
              <Button
                aria-label={t('lobby.refuseName', { name: person.name })}
                onClick={() => setRefusing(person)}
              >
                {t('lobby.refuse')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {lobby.length > 1 ? (
        <div className="mt-2 flex flex-wrap gap-2 border-t border-line pt-4">
          <Button kind="primary" disabled={busy} onClick={() => void run(() => admit('all'))}>
            {t('lobby.admitAll')}
          </Button>
          <Button onClick={() => setRefusing('all')}>{t('lobby.refuseAll')}</Button>
        </div>
      ) : null}
      <TurnAwayDialog who={refusing} onClose={() => setRefusing(null)} />
    </Dialog>
  );
}

type Admitted = { readonly waiting: number };

/** Where the answer was lost with the connection, the list itself shows who still waits. */
async function settled(
  receipt: Promise<{ readonly status: 'done'; readonly result: Admitted } | { readonly status: 'settled' }>,
): Promise<Admitted> {
  const done = await receipt;
  return done.status === 'done' ? done.result : { waiting: 0 };
}
