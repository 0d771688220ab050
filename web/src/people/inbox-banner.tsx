import { WifiOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import { useInboxPlace, useInboxView } from './inbox-context.ts';

/** Says that the connection is gone, and what becomes of what is written. Nothing while all is well. */
export function InboxBanner() {
  const { t } = useTranslation();
  const { retry } = useInboxPlace();
  const connection = useInboxView((view) => view.connection);
  const isClosed = connection.status === 'closed';
  const isReplaced = isClosed && connection.name === 'replaced';
  const closed = isReplaced ? t('people.useHereTitle') : t('people.closed');
  const text = connection.status === 'online' ? '' : isClosed ? closed : t('people.reconnecting');
  return (
    <div role="status">
      {text === '' ? null : (
        <div className="flex items-center gap-3 bg-warn-soft px-4 py-2 text-sm text-warn">
          <WifiOff aria-hidden className="size-4 shrink-0" />
          <p className="min-w-0 flex-1">{text}</p>
          {isClosed ? (
            <Button onClick={retry}>{t(isReplaced ? 'people.useHere' : 'people.connect')}</Button>
          ) : null}
        </div>
      )}
    </div>
  );
}
