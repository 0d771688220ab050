import { EllipsisVertical } from 'lucide-react';
import { type RefObject, useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '../../../../src/client/index.ts';
import { laterDialog } from '../../ui/later.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import type { MessageTools } from './message-tools.ts';

/** The one menu that there is for all messages. */
export interface ToolsMenu {
  readonly message: Message | null;
  readonly open: boolean;
  readonly anchor: RefObject<HTMLElement | null>;
  readonly close: () => void;
  /** Stays the same from one rendering to the next. */
  readonly show: (message: Message, button: HTMLElement) => void;
}

export function useToolsMenu(): ToolsMenu {
  const [message, setMessage] = useState<Message | null>(null);
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLElement | null>(null);
  const show = useCallback((of: Message, button: HTMLElement) => {
    anchor.current = button;
    setMessage(of);
    setOpen(true);
  }, []);
  return { message, open, anchor, close: () => setOpen(false), show };
}

type MessageMenuButtonProps = {
  onMenu: ToolsMenu['show'];
  isOpen: boolean;
  message: Message;
  author: string;
};

/** The button at a message. The menu itself is there once, for all messages. */
export function MessageMenuButton({ onMenu, isOpen, message, author }: MessageMenuButtonProps) {
  const { t } = useTranslation();
  return (
    <MenuButton
      open={isOpen}
      label={t('tools.menu', { name: author })}
      icon={EllipsisVertical}
      // For a mouse it comes up over the row, which has all its width for what is said.
      className="-my-2 text-muted pointer-fine:absolute pointer-fine:top-1 pointer-fine:right-1 pointer-fine:size-8! pointer-fine:border pointer-fine:border-line pointer-fine:bg-raised pointer-fine:opacity-0 pointer-fine:group-focus-within:opacity-100 pointer-fine:group-hover:opacity-100 pointer-fine:aria-expanded:opacity-100"
      onClick={({ currentTarget }) => onMenu(message, currentTarget)}
    />
  );
}

const MessageItems = laterDialog(async () => (await import('./message-items.tsx')).MessageItems);

export function MessageMenu({ menu, tools }: { menu: ToolsMenu; tools: MessageTools }) {
  const { open, close, anchor, message } = menu;
  return <MessageItems open={open} onClose={close} anchor={anchor} message={message} tools={tools} />;
}
