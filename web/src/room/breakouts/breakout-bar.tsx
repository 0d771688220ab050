import { Network } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useRoom, useView } from '../room-context.tsx';
import { Countdown } from './countdown.tsx';

/** In a breakout room: that it is one, how long it stays, and the way back. */
export function BreakoutBar() {
  const { t } = useTranslation();
  const room = useRoom();
  const of = useView((view) => view.breakoutOf);
  const [busy, run] = useAction();
  if (of === null) return null;
  return (
    <section
      aria-label={t('breakouts.here')}
      className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-accent-soft px-4 py-2 text-sm"
    >
      <Network aria-hidden className="size-4 shrink-0" />
      <p className="min-w-0 flex-1">
        {t('breakouts.here')} {of.closesAt === null ? null : <Countdown until={of.closesAt} />}
      </p>
      <Button busy={busy} onClick={() => void run(() => room.leave())}>
        {t('breakouts.back')}
      </Button>
    </section>
  );
}
