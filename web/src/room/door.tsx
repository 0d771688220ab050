import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { roomRecords } from '../../../src/client/index.ts';
import type { StatusResponse } from '../../../src/protocol/index.ts';
import { AccountCorner } from '../account/account-corner.tsx';
import { useAccount, useOffer } from '../account/accounts.ts';
import { LogInDialog } from '../account/log-in-later.ts';
import { codeOf, describeError } from '../app/errors.ts';
import { Link } from '../app/router.tsx';
import { useFormatLocale } from '../app/use-format-locale.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { later } from '../ui/later.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { useAction } from '../ui/use-action.ts';
import { DoorForm, type DoorFormProps } from './door-form.tsx';
import { doorNotice, isForAccounts } from './door-notice.ts';
import { CalendarLink } from './invite/calendar-link.tsx';

/** Nobody but a host who comes after the end. */
const TakeHome = later(async () => (await import('./exports/take-home.tsx')).TakeHome);

type DoorProps = Omit<DoorFormProps, 'status'> & { status: StatusResponse | null };

/** In front of the room: what is known of it, and the way in, or why there is none. */
export function Door(props: DoorProps) {
  const { session, status, refusal } = props;
  const { t } = useTranslation();
  const [busy, run] = useAction();
  const notice = doorNotice(status, codeOf(refusal), session.code);
  if (notice === null && status !== null)
    return (
      <Page title={t('door.title', { room: status.name })} corner={<AccountCorner />}>
        <Entrance {...props} status={status} />
      </Page>
    );
  const pass = notice?.title === 'door.endedTitle' ? session.pass : null;
  const title = notice === null ? t('door.failedTitle') : t(notice.title);
  return (
    <Page title={title}>
      <Notice
        title={title}
        text={notice === null ? describeError(t, refusal) : t(notice.text, notice.values)}
      >
        {pass?.mayReopen === true ? (
          <Button busy={busy} onClick={() => void run(() => session.reopen())}>
            {t('over.reopen')}
          </Button>
        ) : null}
        {notice?.final ? null : (
          <Button kind="primary" onClick={() => session.start()}>
            {t('door.lookAgain')}
          </Button>
        )}
        <Link href="/" className={buttonClass(notice?.final ? 'primary' : 'secondary')}>
          {t('app.home')}
        </Link>
      </Notice>
      {pass === null ? null : (
        <TakeHome records={roomRecords({ code: session.code, bearer: pass.bearer })} code={session.code} />
      )}
    </Page>
  );
}

function Entrance(props: DoorFormProps) {
  const { status, refusal } = props;
  const { t } = useTranslation();
  const offer = useOffer();
  const account = useAccount();
  const [loggingIn, setLoggingIn] = useState(false);
  const box = useRef<HTMLElement>(null);
  const isBarred = account === null && isForAccounts(offer, codeOf(refusal));

  return (
    // Not in the middle of the page: what comes at its end would move the button that is about to be pressed.
    <section
      ref={box}
      tabIndex={-1}
      className="mb-auto rounded-2xl border border-line bg-surface p-6 sm:mt-[6dvh] sm:p-8"
    >
      <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">
        {t('door.title', { room: status.name })}
      </h1>
      <p className="mt-2 text-sm text-muted">
        {t('door.here', { count: status.members })}{' '}
        {t('door.seats', { members: status.members, capacity: status.capacity })}
      </p>
      <Opening status={status} />
      {isBarred ? (
        <div className="mt-6 flex flex-col items-start gap-4">
          <p>{t(offer?.accounts === false ? 'door.needsOther' : 'door.needsAccount')}</p>
          {offer?.accounts === false ? null : (
            <Button kind="primary" onClick={() => setLoggingIn(true)}>
              {t('account.logIn')}
            </Button>
          )}
        </div>
      ) : (
        <DoorForm {...props} />
      )}
      <LogInDialog open={loggingIn} onClose={() => setLoggingIn(false)} finalFocus={box} />
    </section>
  );
}

/** When the meeting begins, where that is still to come. */
function Opening({ status: { code, schedule } }: { status: StatusResponse }) {
  const { t } = useTranslation();
  const locale = useFormatLocale();
  const opensAt = schedule?.opensAt ?? null;
  if (opensAt === null || opensAt <= Date.now()) return null;
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' }).format(opensAt);
  return (
    <div className="mt-4 flex flex-col items-start gap-3 rounded-lg bg-accent-soft px-4 py-3">
      <p>{t('door.opensAt', { time })}</p>
      <CalendarLink code={code} />
    </div>
  );
}
