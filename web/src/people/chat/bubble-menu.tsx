import { Menu } from '@base-ui/react/menu';
import { CornerUpLeft, EllipsisVertical, Pencil, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { DirectMessage } from '../../../../src/protocol/index.ts';
import { IconButton } from '../../ui/button.tsx';
import { menuItemClass, menuPopupClass } from '../../ui/menu.ts';

export type BubbleHandle = ReturnType<typeof Menu.createHandle<DirectMessage>>;
export const createBubbleHandle = (): BubbleHandle => Menu.createHandle<DirectMessage>();

type ButtonProps = { handle: BubbleHandle; message: DirectMessage; author: string };

/** The button at a message. The menu itself is there once, for all messages. */
export function BubbleMenuButton({ handle, message, author }: ButtonProps) {
  const { t } = useTranslation();
  return (
    <Menu.Trigger
      handle={handle}
      payload={message}
      render={
        <IconButton
          label={t('direct.menu', { name: author })}
          icon={EllipsisVertical}
          className="-my-1.5 text-muted pointer-fine:my-0 pointer-fine:size-8! group-focus-within:opacity-100 group-hover:opacity-100 data-popup-open:opacity-100 pointer-fine:opacity-0"
        />
      }
    />
  );
}

type BubbleMenuProps = {
  handle: BubbleHandle;
  /** Whether messages can be written now, and so answered and edited. */
  mayWrite: boolean;
  isOwn: (message: DirectMessage) => boolean;
  onReply: (message: DirectMessage) => void;
  onEdit: (message: DirectMessage) => void;
  onDelete: (message: DirectMessage) => void;
};

export function BubbleMenu({ handle, mayWrite, isOwn, onReply, onEdit, onDelete }: BubbleMenuProps) {
  const { t } = useTranslation();
  return (
    <Menu.Root handle={handle}>
      {({ payload }) => (
        <Menu.Portal>
          <Menu.Positioner align="end" sideOffset={4} className="z-10 outline-none">
            <Menu.Popup className={menuPopupClass}>
              {payload === undefined ? null : (
                <>
                  <Menu.Item className={menuItemClass} disabled={!mayWrite} onClick={() => onReply(payload)}>
                    <CornerUpLeft aria-hidden className="size-4" />
                    {t('tools.reply')}
                  </Menu.Item>
                  {isOwn(payload) && payload.body.kind === 'text' ? (
                    <Menu.Item className={menuItemClass} disabled={!mayWrite} onClick={() => onEdit(payload)}>
                      <Pencil aria-hidden className="size-4" />
                      {t('tools.edit')}
                    </Menu.Item>
                  ) : null}
                  {isOwn(payload) ? (
                    <Menu.Item className={`${menuItemClass} text-danger`} onClick={() => onDelete(payload)}>
                      <Trash2 aria-hidden className="size-4" />
                      {t('tools.delete')}
                    </Menu.Item>
                  ) : null}
                </>
              )}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      )}
    </Menu.Root>
  );
}
