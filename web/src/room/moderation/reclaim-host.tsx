import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useRoom, useView } from '../room-context.tsx';

/** For whose room it is while somebody stands in: the way back to being the host. */
export function ReclaimHost() {
  const { t } = useTranslation();
  const room = useRoom();
  const isOwner = useView(({ authority, self }) => authority?.owner === self.id && self.role !== 'host');
  const [busy, run] = useAction();
  if (!isOwner) return null;
  return (
    <Button
      kind="primary"
      busy={busy}
      className="mt-3 w-full"
      onClick={() => void run(() => room.reclaimHost())}
    >
      {t('authority.takeBack')}
    </Button>
  );
}
