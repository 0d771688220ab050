import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AccountCorner } from '../account/account-corner.tsx';
import { useAccount, useOffer } from '../account/accounts.ts';
import { LogInDialog } from '../account/log-in-later.ts';
import { describeError } from '../app/errors.ts';
import { Link } from '../app/router.tsx';
import type { Opened } from '../app/routes.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { useInboxPlace } from './inbox-context.ts';
import { PeopleView } from './people-view.tsx';
import './texts.ts';

/** Everything at `/people`. */
export default function PeoplePage({ open }: { open: Opened | null }) {
  const { t } = useTranslation();
  const account = useAccount();
  const { phase, retry } = useInboxPlace();
  if (account === null) return <Guest />;
  switch (phase.at) {
    case 'none':
    case 'opening':
      return (
        <Page title={t('people.title')} corner={<AccountCorner />}>
          <p role="status" className="text-center text-muted">
            {t('people.loading')}
          </p>
        </Page>
      );
    case 'failed':
      return (
        <Page title={t('people.failedTitle')} corner={<AccountCorner />}>
          <Notice title={t('people.failedTitle')} text={describeError(t, phase.error)}>
            <Button kind="primary" onClick={retry}>
              {t('app.retry')}
            </Button>
            <Link href="/" className={buttonClass('secondary')}>
              {t('app.home')}
            </Link>
          </Notice>
        </Page>
      );
    case 'open':
      return <PeopleView open={open} />;
    default:
      return phase satisfies never;
  }
}

/** What somebody sees who is not logged in. */
function Guest() {
  const { t } = useTranslation();
  const offer = useOffer();
  const [loggingIn, setLoggingIn] = useState(false);
  const isOff = offer?.accounts === false;
  return (
    <Page title={t('people.title')} corner={<AccountCorner />}>
      <Notice title={t('people.guestTitle')} text={t(isOff ? 'people.offText' : 'people.guestText')}>
        {isOff ? null : (
          <Button kind="primary" onClick={() => setLoggingIn(true)}>
            {t('account.logIn')}
          </Button>
        )}
        <Link href="/" className={buttonClass('secondary')}>
          {t('app.home')}
        </Link>
      </Notice>
      <LogInDialog open={loggingIn} onClose={() => setLoggingIn(false)} />
    </Page>
  );
}
