import { Menu } from '@base-ui/react/menu';
import { LogOut, UserRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { menuItemClass } from '../ui/menu.ts';
import { MenuBox } from '../ui/menu-box.tsx';
import type { MenuPlace } from '../ui/menu-button.tsx';
import { useAction } from '../ui/use-action.ts';
import { accounts } from './accounts.ts';

/** The menu of whoever is logged in. */
export function AccountItems({ onSheet, ...place }: MenuPlace & { onSheet: () => void }) {
  const { t } = useTranslation();
  const [, run] = useAction();
  return (
    <MenuBox {...place}>
      <Menu.Item className={menuItemClass} onClick={onSheet}>
        <UserRound aria-hidden className="size-4" />
        {t('account.account')}
      </Menu.Item>
      <Menu.Item className={menuItemClass} onClick={() => void run(() => accounts.logOut())}>
        <LogOut aria-hidden className="size-4" />
        {t('account.logOut')}
      </Menu.Item>
    </MenuBox>
  );
}
