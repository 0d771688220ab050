import { LogOut } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Place } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useRoom, useView } from '../room-context.tsx';

const REASONS = { approval: 'lobby.approval', host: 'lobby.host', full: 'lobby.full' } as const;

/** What somebody sees who waits for being let in. */
export function Lobby({ place: { place, reason, message } }: { place: Place }) {
  const { t } = useTranslation();
  const room = useRoom();
  const name = useView((view) => view.room.name);
  const isAway = useView((view) => view.connection.status !== 'waiting');
  const [leaving, run] = useAction();
  return (
    <Page title={t('lobby.pageTitle', { room: name })}>
      <section className="rounded-2xl border border-line bg-surface p-6 sm:p-8">
        <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">
          {t('lobby.title', { room: name })}
        </h1>
        <div role="status">
          <p className="mt-2 text-muted">{t(isAway ? 'lobby.reconnecting' : REASONS[reason])}</p>
          <p className="mt-4 font-medium">{t('lobby.place', { place })}</p>
          {message === '' ? null : (
            <figure className="mt-4 rounded-lg bg-accent-soft px-4 py-3">
              <figcaption className="text-sm font-medium">{t('lobby.message')}</figcaption>
              <blockquote className="mt-1 wrap-anywhere whitespace-pre-wrap">{message}</blockquote>
            </figure>
          )}
        </div>
        <p className="mt-4 text-sm text-muted">{t('lobby.stay')}</p>
        <Button icon={LogOut} busy={leaving} className="mt-6" onClick={() => void run(() => room.leave())}>
          {t('lobby.leave')}
        </Button>
      </section>
    </Page>
  );
}
