import { CircleAlert, Clock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { describeError } from '../../app/errors.ts';
import { Button } from '../../ui/button.tsx';
import { useView } from '../room-context.tsx';
import type { Failed, Outbox } from './use-outbox.ts';

/** A message that waits for its receipt. */
export function PendingRow({ text, to }: { text: string; to: string | null }) {
  const { t } = useTranslation();
  const online = useView((view) => view.connection.status === 'online');
  return (
    <li className="mt-3 flex gap-3 px-2 text-muted">
      <div className="flex w-8 shrink-0 justify-center pt-1">
        <Clock aria-hidden className="size-4" />
      </div>
      <div className="min-w-0 flex-1">
        <p className="text-sm">
          {online ? t('chat.sending') : t('chat.waiting')}{' '}
          {to === null ? '' : t('chat.privateTo', { name: to })}
        </p>
        <p dir="auto" className="whitespace-pre-wrap wrap-anywhere">
          {text}
        </p>
      </div>
    </li>
  );
}

/** A message that was refused: why, and what can be done. */
export function FailedRow({ message, outbox }: { message: Failed; outbox: Outbox }) {
  const { t } = useTranslation();
  return (
    <li className="mt-3 flex gap-3 rounded-lg bg-danger-soft px-2 py-2">
      <div className="flex w-8 shrink-0 justify-center pt-1 text-danger">
        <CircleAlert aria-hidden className="size-4" />
      </div>
      <div className="min-w-0 flex-1">
        <p dir="auto" className="whitespace-pre-wrap wrap-anywhere">
          {message.text}
        </p>
        <p role="alert" className="mt-1 text-sm text-danger">
          {t('chat.failed', { reason: describeError(t, message.error) })}
        </p>
        <div className="mt-2 flex gap-2">
          <Button onClick={() => outbox.retry(message.id)}>{t('app.retry')}</Button>
          <Button kind="quiet" onClick={() => outbox.discard(message.id)}>
            {t('app.discard')}
          </Button>
        </div>
      </div>
    </li>
  );
}
