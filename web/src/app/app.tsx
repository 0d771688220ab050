import { CSPProvider } from '@base-ui/react/csp-provider';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { CallCorner } from '../people/call-corner.tsx';
import { InboxProvider } from '../people/inbox-provider.tsx';
import { UnreadTitle } from '../people/people-link.tsx';
import { buttonClass } from '../ui/button.tsx';
import { later } from '../ui/later.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { WaitingPage } from '../ui/waiting-page.tsx';
import { Link, navigate, useRoute } from './router.tsx';
import { matchRoute, roomPath } from './routes.ts';

/** Nobody but those who go there load them. */
const HomePage = later(
  async () => (await import('../home/home-page.tsx')).HomePage,
  (props) => <WaitingPage title="app.name" wide {...props} />,
);
const PeoplePage = later(
  async () => (await import('../people/people-page.tsx')).default,
  (props) => <WaitingPage title="app.people" {...props} />,
);
const RoomPage = later(
  async () => (await import('../room/room-page.tsx')).RoomPage,
  (props) => <WaitingPage title="door.titleUnknown" {...props} />,
);

const VIEWS = { home: HomePage, people: PeoplePage, room: RoomPage, unknown: null } as const;

/** Loads what is shown at a path. Resolves when it is there, or did not come; then the page says so. */
export const prepareView = async (path: string): Promise<void> => VIEWS[matchRoute(path).name]?.prepare();

function View() {
  const route = useRoute();
  const { t } = useTranslation();
  const proper = route.name === 'room' && route.code !== null ? roomPath(route.code) : null;
  useEffect(() => {
    if (proper !== null && location.pathname !== proper) navigate(proper, { replace: true });
  }, [proper]);

  if (route.name === 'home') return <HomePage />;
  if (route.name === 'people') return <PeoplePage open={route.open} />;
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
      <InboxProvider>
        <View />
        <UnreadTitle />
        <CallCorner />
      </InboxProvider>
      <Toasts />
    </CSPProvider>
  );
}
