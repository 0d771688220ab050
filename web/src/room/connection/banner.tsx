import { WifiOff } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '../../ui/toasts.tsx';
import { useRoom, useView } from '../room-context.tsx';

/** Whole seconds until `at` (ms since 1970), counted down; 0 when it has come. */
function useSecondsUntil(at: number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (at === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [at]);
  return at === null ? 0 : Math.max(0, Math.ceil((at - now) / 1_000));
}

function useIsOffline(): boolean {
  return useSyncExternalStore(
    (listener) => {
      window.addEventListener('online', listener);
      window.addEventListener('offline', listener);
      return () => {
        window.removeEventListener('online', listener);
        window.removeEventListener('offline', listener);
      };
    },
    () => !navigator.onLine,
  );
}

function useResyncToast(): void {
  const room = useRoom();
  const { t } = useTranslation();
  useEffect(
    () => room.on('resync', () => toast(t('connection.resync'), t('connection.resyncTitle'))),
    [room, t],
  );
}

/** Says in words that the connection is gone and what happens next. Nothing while all is well. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const connection = useView((view) => view.connection);
  const seconds = useSecondsUntil(connection.status === 'reconnecting' ? connection.retryAt : null);
  const offline = useIsOffline();
  useResyncToast();

  const trouble = connection.status === 'connecting' || connection.status === 'reconnecting';
  // Read aloud once; the seconds that count down are for the eye.
  const spoken = !trouble
    ? ''
    : connection.status === 'connecting'
      ? t('connection.connecting')
      : t(offline ? 'connection.offline' : 'connection.reconnecting');
  const shown =
    connection.status === 'reconnecting' && !offline && seconds > 0
      ? t('connection.reconnectingIn', { count: seconds })
      : spoken;

  return (
    <>
      <p role="status" className="sr-only">
        {spoken}
      </p>
      {trouble ? (
        <div
          data-testid="connection-banner"
          className="flex items-start gap-3 bg-warn-soft px-4 py-2 text-sm text-warn"
        >
          <WifiOff aria-hidden className="mt-0.5 size-4 shrink-0" />
          <p aria-hidden="true">
            {shown} {connection.status === 'reconnecting' ? t('connection.kept') : ''}
          </p>
        </div>
      ) : null}
    </>
  );
}
