import { Menu } from '@base-ui/react/menu';
import type { ReactNode } from 'react';
import { menuPopupClass } from './menu.ts';
import type { MenuPlace } from './menu-button.tsx';

type MenuBoxProps = MenuPlace & { side?: 'left' | 'bottom'; align?: 'start' | 'end'; children: ReactNode };

/** A menu at a button that is there before the menu was loaded. */
export function MenuBox({ open, onClose, anchor, side = 'bottom', align = 'end', children }: MenuBoxProps) {
  return (
    <Menu.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Menu.Portal>
        <Menu.Positioner
          anchor={anchor}
          side={side}
          align={align}
          sideOffset={4}
          className="z-10 outline-none"
        >
          <Menu.Popup finalFocus={anchor} className={menuPopupClass}>
            {children}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
