import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useOffer } from '../account/accounts.ts';
import { Page } from '../ui/page.tsx';
import { Door } from './door.tsx';
import { Inside } from './inside.tsx';
import { Session } from './session.ts';

/** Everything at `/r/:code`. */
export function RoomPage({ code }: { code: string }) {
  const { t } = useTranslation();
  const [session] = useState(() => new Session(code));
  // The door wants to know, and would change under the reader's eyes where it were told later than the rest.
  useOffer();
  const phase = useSyncExternalStore(session.subscribe, () => session.phase);
  useEffect(() => {
    session.start();
    return () => session.stop();
  }, [session]);

  switch (phase.at) {
    case 'looking':
    case 'coming':
      return (
        <Page title={t('door.titleUnknown')}>
          <p role="status" className="text-center text-muted">
            {phase.at === 'looking' ? t('door.looking') : t('door.coming')}
          </p>
        </Page>
      );
    case 'door':
      return <Door session={session} {...phase} />;
    case 'inside':
      return <Inside session={session} {...phase} />;
    default:
      return phase satisfies never;
  }
}
