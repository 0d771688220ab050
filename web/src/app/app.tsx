import { CSPProvider } from '@base-ui/react/csp-provider';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { CallCorner } from '../people/call-corner.tsx';
import { InboxProvider } from '../people/inbox-provider.tsx';
import { UnreadTitle } from '../people/people-link.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { describeError } from './errors.ts';
import { LazyPart, Part } from './lazy-part.tsx';
import { Link, navigate, useRoute } from './router.tsx';
import { roomPath } from './routes.ts';

/** Nobody but those who go there load them. */
const PEOPLE = new Part(() => import('../people/people-page.tsx'));
const HOME = new Part(() => import('../home/home-page.tsx'));
const ROOM = new Part(() => import('../room/room-page.tsx'));

/** A whole page that did not come. */
function NotLoaded({ title, error, onRetry }: { title: string; error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <Page title={title}>
      <Notice title={title} text={describeError(t, error)}>
        <Button kind="primary" onClick={onRetry}>
          {t('app.retry')}
        </Button>
      </Notice>
    </Page>
  );
}

function View() {
  const route = useRoute();
  const { t } = useTranslation();
  const proper = route.name === 'room' && route.code !== null ? roomPath(route.code) : null;
  useEffect(() => {
    if (proper !== null && location.pathname !== proper) navigate(proper, { replace: true });
  }, [proper]);

  if (route.name === 'home')
    return (
      <LazyPart
        part={HOME}
        coming={
          <Page title={t('app.name')} wide>
            {null}
          </Page>
        }
        missing={(error, onRetry) => <NotLoaded title={t('app.name')} error={error} onRetry={onRetry} />}
      >
        {({ HomePage }) => <HomePage />}
      </LazyPart>
    );
  if (route.name === 'people')
    return (
      <LazyPart
        part={PEOPLE}
        coming={<Page title={t('app.people')}>{null}</Page>}
        missing={(error, onRetry) => <NotLoaded title={t('app.people')} error={error} onRetry={onRetry} />}
      >
        {({ default: PeoplePage }) => <PeoplePage open={route.open} />}
      </LazyPart>
    );
  if (route.name === 'room' && route.code !== null) {
    const { code } = route;
    return (
      <LazyPart
        part={ROOM}
        coming={<Page title={t('door.titleUnknown')}>{null}</Page>}
        missing={(error, onRetry) => (
          <NotLoaded title={t('door.titleUnknown')} error={error} onRetry={onRetry} />
        )}
      >
        {({ RoomPage }) => <RoomPage key={code} code={code} />}
      </LazyPart>
    );
  }
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
      <InboxProvider>
        <View />
        <UnreadTitle />
        <CallCorner />
      </InboxProvider>
      <Toasts />
    </CSPProvider>
  );
}
