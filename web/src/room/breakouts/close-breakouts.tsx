import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useRoom } from '../room-context.tsx';

/** Seconds of the countdowns on offer. */
const COUNTDOWNS = [60, 10] as const;

/** Calls everybody back, with time to finish a sentence. */
export function CloseBreakouts() {
  const { t } = useTranslation();
  const room = useRoom();
  const [busy, run] = useAction();
  return (
    <div className="flex flex-wrap gap-2">
      {COUNTDOWNS.map((seconds) => (
        <Button key={seconds} busy={busy} onClick={() => void run(() => room.closeBreakouts(seconds))}>
          {t('breakouts.closeIn', { count: seconds })}
        </Button>
      ))}
      <Button kind="danger" busy={busy} onClick={() => void run(() => room.closeBreakouts(0))}>
        {t('breakouts.closeNow')}
      </Button>
    </div>
  );
}
