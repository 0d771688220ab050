import { useTranslation } from 'react-i18next';
import { Switch } from '../../ui/switch.tsx';
import { useChanges } from '../../ui/use-action.ts';
import { useIsHost, useRoom, useView } from '../room-context.tsx';

/** What hosts lay down for watching. A switch shows what the room says, not what was asked of it. */
export function WatchSettings() {
  const { t } = useTranslation();
  const room = useRoom();
  const isHost = useIsHost();
  const { autoplay, waitForAll } = useView(({ watch }) => watch.policy);
  const everybody = useView(({ policy }) => policy.watch);
  const run = useChanges();
  if (!isHost) return null;
  return (
    <section aria-label={t('screening.settings')} className="mt-4 border-t border-line pt-2">
      <div className="max-w-lg">
        <Switch
          label={t('screening.autoplay')}
          checked={autoplay}
          onChange={(on) => void run(() => room.watch.setPolicy({ autoplay: on }))}
        />
        <Switch
          label={t('screening.waitForAll')}
          hint={t('screening.waitForAllHint')}
          checked={waitForAll}
          onChange={(on) => void run(() => room.watch.setPolicy({ waitForAll: on }))}
        />
        <Switch
          label={t('screening.everybody')}
          checked={everybody}
          onChange={(on) => void run(() => room.watch.letEverybodySteer(on))}
        />
      </div>
    </section>
  );
}
