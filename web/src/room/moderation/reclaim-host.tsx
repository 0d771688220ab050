import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useFaceOf, useRoom, useView } from '../room-context.tsx';

/** For whose room it is while somebody stands in: the way back to being the host. */
export function ReclaimHost() {
  const { t } = useTranslation();
  const room = useRoom();
  const owner = useView(({ authority }) => authority?.owner ?? null);
  const self = useView((view) => view.self);
  const faceOf = useFaceOf();
  // It is theirs on each of their devices.
  const isOwner = owner !== null && self.role !== 'host' && faceOf(owner).of === faceOf(self.id).of;
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
