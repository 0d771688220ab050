import { Menu } from '@base-ui/react/menu';
import { LogOut, UserRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { laterDialog } from '../ui/later.tsx';
import { menuItemClass } from '../ui/menu.ts';
import { MenuBox } from '../ui/menu-box.tsx';
import type { MenuPlace } from '../ui/menu-button.tsx';
import { useAction } from '../ui/use-action.ts';
import { accounts } from './accounts.ts';
import { type Left, recordingsLeft } from './recordings-left.ts';

const LogOutBox = laterDialog(async () => (await import('./log-out-box.tsx')).LogOutBox);

/** The menu of whoever is logged in. */
export function AccountItems({ onSheet, ...place }: MenuPlace & { onSheet: () => void }) {
  const { t } = useTranslation();
  const [, run] = useAction();
  const [left, setLeft] = useState<Left | null>(null);
  const [asked, ask] = useState(false);
  const logOut = () =>
    run(async () => {
      const recordings = await recordingsLeft();
      if (recordings === null) return accounts.logOut();
      setLeft(recordings);
      ask(true);
    });
  return (
    <>
      <MenuBox {...place}>
        <Menu.Item className={menuItemClass} onClick={onSheet}>
          <UserRound aria-hidden className="size-4" />
          {t('account.account')}
        </Menu.Item>
        <Menu.Item className={menuItemClass} onClick={() => void logOut()}>
          <LogOut aria-hidden className="size-4" />
          {t('account.logOut')}
        </Menu.Item>
      </MenuBox>
      <LogOutBox left={left} open={asked} onClose={() => ask(false)} />
    </>
  );
}
