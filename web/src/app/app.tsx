import { CSPProvider } from '@base-ui/react/csp-provider';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { HomePage } from '../home/home-page.tsx';
import { CallCorner } from '../people/call-corner.tsx';
import { InboxProvider } from '../people/inbox-provider.tsx';
import { UnreadTitle } from '../people/people-link.tsx';
import { RoomPage } from '../room/room-page.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { describeError } from './errors.ts';
import { LazyPart, Part } from './lazy-part.tsx';
import { Link, navigate, useRoute } from './router.tsx';
import { roomPath } from './routes.ts';

/** Nobody but those who go there loads it. */
const PEOPLE = new Part(() => import('../people/people-page.tsx'));

function View() {
  const route = useRoute();
  const { t } = useTranslation();
  const proper = route.name === 'room' && route.code !== null ? roomPath(route.code) : null;
  useEffect(() => {
    if (proper !== null && location.pathname !== proper) navigate(proper, { replace: true });
  }, [proper]);

  if (route.name === 'home') return <HomePage />;
  if (route.name === 'people')
    return (
      <LazyPart
        part={PEOPLE}
        coming={<Page title={t('app.people')}>{null}</Page>}
        missing={(error, onRetry) => (
          <Page title={t('app.people')}>
            <Notice title={t('app.people')} text={describeError(t, error)}>
              <Button kind="primary" onClick={onRetry}>
                {t('app.retry')}
              </Button>
            </Notice>
          </Page>
        )}
      >
        {({ default: PeoplePage }) => <PeoplePage open={route.open} />}
      </LazyPart>
    );
  if (route.name === 'room' && route.code !== null) return <RoomPage key={route.code} code={route.code} />;
  const title = route.name === 'room' ? t('door.notFoundTitle') : t('app.notFoundTitle');
  const text =
    route.name === 'room' ? t('door.notFoundText', { code: route.written }) : t('app.notFoundText');
  return (
    <Page title={title}>
      <Notice title={title} text={text}>
        <Link href="/" className={buttonClass('primary')}>
          {t('app.home')}
        </Link>
      </Notice>
    </Page>
  );
}

export function App() {
  return (
    <CSPProvider disableStyleElements>
      <Toasts>
        <InboxProvider>
          <View />
          <UnreadTitle />
          <CallCorner />
        </InboxProvider>
      </Toasts>
    </CSPProvider>
  );
}
