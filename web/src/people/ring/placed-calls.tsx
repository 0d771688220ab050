import { PhoneOutgoing, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RoomEvent } from '../../../../src/protocol/index.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useInbox, useInboxView } from '../inbox-context.ts';

/** ms for which it is told what became of a call. */
const TOLD = 6_000;

const OUTCOMES = {
  answered: 'ring.accepted',
  declined: 'ring.declined',
  missed: 'ring.unanswered',
} as const;

/** Calls of one's own that ring elsewhere, and what became of them. */
export function PlacedCalls() {
  const { t } = useTranslation();
  const inbox = useInbox();
  const placed = useInboxView((view) => view.placed);
  const names = useInboxView((view) => view.people);
  const [told, setTold] = useState<RoomEvent<'call.settled'> | null>(null);
  const [, run] = useAction();

  useEffect(
    () =>
      inbox.on('call.settled', (event) => {
        if (event.how !== 'cancelled') setTold(event);
      }),
    [inbox],
  );
  useEffect(() => {
    if (told === null) return;
    const timer = setTimeout(() => setTold(null), TOLD);
    return () => clearTimeout(timer);
  }, [told]);

  const nameOf = (account: string) => names.get(account)?.name ?? t('chat.somebody');
  const outcome = told === null || told.how === 'cancelled' ? null : OUTCOMES[told.how];
  return (
    <section
      role="status"
      aria-label={t('ring.status')}
      // Beside the notes, or below them on a phone.
      className="pointer-events-none fixed z-10 flex flex-col gap-2 max-sm:inset-x-4 max-sm:top-32 sm:top-16 sm:left-4 sm:w-96"
    >
      {placed.map(({ call, to }) => (
        <div key={call} className={CARD}>
          <PhoneOutgoing aria-hidden className="size-5 shrink-0 animate-pulse text-accent" />
          <p className="min-w-0 flex-1 text-sm font-medium wrap-anywhere">
            {t('ring.out', { name: nameOf(to) })}
          </p>
          <Button onClick={() => void run(() => inbox.cancelCall(call))}>{t('ring.stop')}</Button>
        </div>
      ))}
      {told === null || outcome === null ? null : (
        <div className={CARD}>
          <p className="min-w-0 flex-1 text-sm font-medium wrap-anywhere">
            {t(outcome, { name: nameOf(told.to) })}
          </p>
          <IconButton label={t('app.close')} icon={X} onClick={() => setTold(null)} />
        </div>
      )}
    </section>
  );
}

const CARD =
  'pointer-events-auto flex items-center gap-3 rounded-xl border border-line bg-raised py-2 pr-2 pl-4 shadow-lg';
