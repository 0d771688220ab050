import { useTranslation } from 'react-i18next';
import { Link } from '../../app/router.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useAction } from '../../ui/use-action.ts';
import { ExportButtons } from '../exports/export-buttons.tsx';
import { AttendanceButtons } from '../host/attendance.tsx';
import { useIsChief, useIsHost, useView } from '../room-context.tsx';
import type { Session } from '../session.ts';
import { type Closed, explainClose } from './explain-close.ts';
import { OverFiles } from './over-files.tsx';

/** After the meeting, for whatever reason: why, and what can be done now. */
export function Over({ session, closed }: { session: Session; closed: Closed }) {
  const { t } = useTranslation();
  const room = useView((view) => view.room.name);
  const isHost = useIsHost();
  const isChief = useIsChief();
  const [busy, run] = useAction();
  const { title, text, back } = explainClose(closed);
  const reason = closed.reason === '' ? String(closed.code) : closed.reason;

  return (
    <Page title={t(title)}>
      <Notice title={t(title)} text={t(text, { room, reason, said: closed.said ?? '' })}>
        {back === null ? null : (
          <Button kind="primary" busy={busy} onClick={() => void run(() => session.comeBack())}>
            {t(back)}
          </Button>
        )}
        {isChief && closed.name === 'ended' ? (
          <Button busy={busy} onClick={() => void run(() => session.reopen())}>
            {t('over.reopen')}
          </Button>
        ) : null}
        <Link href="/" className={buttonClass(back === null ? 'primary' : 'secondary')}>
          {t('app.home')}
        </Link>
      </Notice>
      {isHost && (closed.name === 'ended' || closed.name === 'left') ? (
        <section className="mt-4 rounded-2xl border border-line bg-surface p-6 sm:px-8">
          <h2 className="text-lg font-semibold tracking-tight">{t('over.take')}</h2>
          <p className="mt-1 mb-4 text-sm text-muted">{t('over.takeText')}</p>
          <h3 className="mb-1 text-sm font-medium">{t('host.attendanceTitle')}</h3>
          <AttendanceButtons />
          <div className="mt-4">
            <ExportButtons />
          </div>
          <OverFiles />
        </section>
      ) : null}
    </Page>
  );
}
