import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useView } from '../room-context.tsx';
import { useCalls } from './calls.tsx';

/** Asks whoever is sent to a breakout room to go there. Who puts it aside finds the way under the breakout rooms. */
export function CallDialog() {
  const { t } = useTranslation();
  const { invited, go, back } = useCalls();
  const rooms = useView((view) => view.breakouts?.rooms);
  const name = rooms?.find(({ id }) => id === invited?.breakout)?.name ?? '';
  return (
    <Dialog
      open={invited !== null}
      onClose={back}
      title={t('breakouts.called', { name })}
      description={t('breakouts.calledText')}
    >
      <div className="flex flex-wrap justify-end gap-3">
        <Button onClick={back}>{t('breakouts.stay')}</Button>
        <Button kind="primary" onClick={() => invited !== null && go(invited)}>
          {t('breakouts.go')}
        </Button>
      </div>
    </Dialog>
  );
}
