import { useTranslation } from 'react-i18next';
import { describeError } from '../../app/errors.ts';
import { Button } from '../../ui/button.tsx';
import { BubbleGround } from './bubble.tsx';
import { Ticks } from './ticks.tsx';
import type { DirectFailed, DirectOutbox } from './use-direct-outbox.ts';

/** A message that waits for its receipt. */
export function WaitingBubble({ text, isOnline }: { text: string; isOnline: boolean }) {
  return (
    <li className="mt-1 flex justify-end pl-10">
      <BubbleGround own>
        <p dir="auto" className="whitespace-pre-wrap wrap-anywhere">
          {text}
        </p>
        <span className="flex justify-end">
          <Ticks tick={isOnline ? 'sending' : 'waiting'} />
        </span>
      </BubbleGround>
    </li>
  );
}

/** A message that was refused: why, and what can be done. */
export function FailedBubble({ message, outbox }: { message: DirectFailed; outbox: DirectOutbox }) {
  const { t } = useTranslation();
  return (
    <li className="mt-2 flex justify-end pl-10">
      <div className="max-w-full min-w-0 rounded-2xl rounded-br-md bg-danger-soft px-3 py-2">
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
