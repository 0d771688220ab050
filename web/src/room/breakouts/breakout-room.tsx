import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { toast } from '../../ui/toasts.tsx';
import { Meeting } from '../meeting.tsx';
import { RoomProvider, useView } from '../room-context.tsx';
import { Session } from '../session.ts';
import { memberTokens } from '../storage.ts';
import { type Call, CallsProvider } from './calls.tsx';

/** A breakout room in the place of its meeting, which stays connected behind it. */
export function BreakoutRoom({ call, onBack }: { call: Call; onBack: () => void }) {
  const { t } = useTranslation();
  const [session] = useState(() => new Session(call.code));
  const phase = useSyncExternalStore(session.subscribe, () => session.phase);
  useEffect(() => {
    memberTokens.set(call.code, call.token);
    session.start();
    return () => session.stop();
  }, [session, call]);
  if (phase.at === 'inside')
    return (
      <RoomProvider room={phase.room} activity={phase.activity}>
        <CallsProvider>
          <Inside onBack={onBack} />
        </CallsProvider>
      </RoomProvider>
    );
  return (
    <Page title={t('breakouts.title')}>
      <p role="status" className="text-center text-muted">
        {t(phase.at === 'door' ? 'breakouts.unreachable' : 'door.coming')}
      </p>
      <Button className="mt-6 self-center" onClick={onBack}>
        {t('breakouts.back')}
      </Button>
    </Page>
  );
}

function Inside({ onBack }: { onBack: () => void }) {
  const { t } = useTranslation();
  const connection = useView((view) => view.connection);
  const isOver = connection.status === 'closed';
  const isEnded = isOver && connection.name === 'ended';
  useEffect(() => {
    if (!isOver) return;
    if (isEnded) toast(t('breakouts.over'));
    onBack();
  }, [isOver, isEnded, onBack, t]);
  return <Meeting newHostKey={null} onHostKeySeen={noKey} letIn={false} />;
}

/** Nobody is shown a host key here. */
const noKey = (): void => undefined;
