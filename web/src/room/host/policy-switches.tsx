import { useTranslation } from 'react-i18next';
import { Switch } from '../../ui/switch.tsx';
import { useChanges } from '../../ui/use-action.ts';
import { useRoom, useView } from '../room-context.tsx';
import { OFFERED, type Offered } from './offered.ts';

/** Locks and opens permissions for everybody. A switch shows what the room says, not what was asked of it. */
export function PolicySwitches() {
  return OFFERED.map((permission) => <PolicySwitch key={permission} permission={permission} />);
}

function PolicySwitch({ permission }: { permission: Offered }) {
  const { t } = useTranslation();
  const room = useRoom();
  const open = useView((view) => view.policy[permission]);
  const run = useChanges();
  return (
    <Switch
      label={t(`permission.${permission}`)}
      checked={open}
      onChange={(next) => void run(() => room.setPolicy({ [permission]: next }))}
    />
  );
}
