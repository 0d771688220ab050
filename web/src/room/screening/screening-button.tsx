import { Clapperboard } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { BarButton } from '../bar-button.tsx';
import { useCan, useView } from '../room-context.tsx';

/** The way to what is watched together; not there while nothing is on the list and you may put nothing on it. */
export function ScreeningButton({ shown, onShow }: { shown: boolean; onShow: (shown: boolean) => void }) {
  const { t } = useTranslation();
  const maySteer = useCan('watch');
  const isEmpty = useView(({ watch }) => watch.items.length === 0);
  if (!maySteer && isEmpty && !shown) return null;
  return (
    <BarButton
      icon={Clapperboard}
      label={t('watch.title')}
      word={t('bar.watch')}
      aria-pressed={shown}
      onClick={() => onShow(!shown)}
    />
  );
}
