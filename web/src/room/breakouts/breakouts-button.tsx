import { Network } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/dialog.tsx';
import { later } from '../../ui/later.tsx';
import { BarButton } from '../bar-button.tsx';

import { useIsHost, useView } from '../room-context.tsx';

const OpenForm = later(async () => (await import('./open-form.tsx')).OpenForm);
const BreakoutsPanel = later(async () => (await import('./breakouts-panel.tsx')).BreakoutsPanel);

/** The way to the breakout rooms. A breakout room has none of its own. */
export function BreakoutsButton() {
  const { t } = useTranslation();
  const isHost = useIsHost();
  const breakouts = useView((view) => view.breakouts);
  const isBreakout = useView((view) => view.breakoutOf !== null);
  const [shown, setShown] = useState(false);
  if (isBreakout || (!isHost && breakouts === null)) return null;
  const count = breakouts?.rooms.filter(({ state }) => state === 'open').length ?? 0;
  return (
    <>
      <BarButton
        icon={Network}
        label={t('breakouts.title')}
        word={t('bar.breakouts')}
        count={count}
        onClick={() => setShown(true)}
      />
      <Dialog place="sheet" title={t('breakouts.title')} open={shown} onClose={() => setShown(false)}>
        {breakouts === null ? <OpenForm /> : <BreakoutsPanel breakouts={breakouts} />}
      </Dialog>
    </>
  );
}
