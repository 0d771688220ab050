import { useTranslation } from 'react-i18next';
import { Link } from '../../app/router.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useAction } from '../../ui/use-action.ts';
import { KeptHere } from '../call/recording/kept-here.tsx';
import { TakeHome } from '../exports/take-home.tsx';
import { useIsChief, useIsHost, useRoom, useView } from '../room-context.tsx';
import type { Session } from '../session.ts';
import { type Closed, explainClose } from './explain-close.ts';
import { OverFiles } from './over-files.tsx';

/** After the meeting, for whatever reason: why, and what can be done now. */
export function Over({ session, closed }: { session: Session; closed: Closed }) {
  const { t } = useTranslation();
  const room = useRoom();
  const { name, code } = useView((view) => view.room);
  const isHost = useIsHost();
  const isChief = useIsChief();
  const [busy, run] = useAction();
  const { title, text, back, after } = explainClose(closed);
  const reason = closed.reason === '' ? String(closed.code) : closed.reason;

  return (
    <Page title={t(title)}>
      <Notice title={t(title)} text={t(text, { room: name, reason, said: closed.said ?? '' })}>
        {back === null ? null : (
          <Button kind="primary" busy={busy} onClick={() => void run(() => session.comeBack())}>
            {t(back)}
          </Button>
        )}
        {isChief && after === 'ended' ? (
          <Button busy={busy} onClick={() => void run(() => session.reopen())}>
            {t('over.reopen')}
          </Button>
        ) : null}
        <Link href="/" className={buttonClass(back === null ? 'primary' : 'secondary')}>
          {t('app.home')}
        </Link>
      </Notice>
      <KeptHere />
      {isHost && after !== undefined ? (
        <TakeHome records={room} code={code}>
          <OverFiles />
        </TakeHome>
      ) : null}
    </Page>
  );
}
