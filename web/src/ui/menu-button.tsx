import type { ComponentProps, RefObject } from 'react';
import { IconButton } from './button.tsx';

/** What a menu that is loaded later is told by its button. */
export interface MenuPlace {
  readonly open: boolean;
  readonly onClose: () => void;
  /** Where it opens, and what has the focus afterwards. */
  readonly anchor: RefObject<HTMLElement | null>;
}

type MenuButtonProps = ComponentProps<typeof IconButton> & { open: boolean };

/** A button with a menu behind it. */
export function MenuButton({ open, ...rest }: MenuButtonProps) {
  return <IconButton aria-haspopup="menu" aria-expanded={open} {...rest} />;
}
