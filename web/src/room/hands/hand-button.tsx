import { Hand } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useAction } from '../../ui/use-action.ts';
import { BarButton } from '../bar-button.tsx';
import { useCan, useRoom, useView } from '../room-context.tsx';

/** Raises your hand, and lowers it. */
export function HandButton() {
  const { t } = useTranslation();
  const room = useRoom();
  const may = useCan('hand');
  const place = useView((view) => view.hands.findIndex(({ member }) => member === view.self.id) + 1);
  const count = useView((view) => view.hands.length);
  const [busy, run] = useAction();
  const isUp = place > 0;
  const isLocked = !may && !isUp;
  return (
    <>
      <BarButton
        icon={Hand}
        label={t(isLocked ? 'hands.locked' : 'hands.own')}
        word={t('bar.hand')}
        count={isLocked ? 0 : count}
        aria-pressed={isUp}
        disabled={busy || isLocked}
        onClick={() => void run(() => (isUp ? room.lowerHand() : room.raiseHand()))}
      />
      <span role="status" className="sr-only">
        {isUp ? t('hands.place', { place }) : ''}
      </span>
    </>
  );
}
