import { Settings as Gear } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../ui/button.tsx';
import { laterDialog } from '../ui/later.tsx';
import { closeSettings, openSettings, useSettingsOpen } from './settings-open.ts';

const SettingsDialog = laterDialog(async () => (await import('./settings-dialog.tsx')).SettingsDialog);

/** Where the settings are shown once they are opened. `children`: what there is to set here beside the rest. */
export function Settings({ children }: { children?: ReactNode }) {
  const open = useSettingsOpen();
  return (
    <SettingsDialog open={open} onClose={closeSettings}>
      {children}
    </SettingsDialog>
  );
}

export function SettingsButton() {
  const { t } = useTranslation();
  return <IconButton label={t('app.settings')} icon={Gear} onClick={openSettings} />;
}
