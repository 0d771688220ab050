import { Menu } from '@base-ui/react/menu';
import { CornerUpLeft, Pencil, Pin, PinOff, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Message } from '../../../../src/client/index.ts';
import { permissionToSend } from '../../../../src/protocol/index.ts';
import { menuItemClass } from '../../ui/menu.ts';
import { MenuBox } from '../../ui/menu-box.tsx';
import type { MenuPlace } from '../../ui/menu-button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { EMOJI } from '../reactions/emoji.ts';
import { useCan, useIsHost, useRoom, useView } from '../room-context.tsx';
import type { MessageTools } from './message-tools.ts';

type MessageItemsProps = MenuPlace & { message: Message | null; tools: MessageTools };

/** The menu of a message. It is loaded when the first is opened. */
export function MessageItems({ message, tools, ...place }: MessageItemsProps) {
  return (
    <MenuBox {...place}>
      {message === null ? null : <Items seq={message.seq} tools={tools} message={message} />}
    </MenuBox>
  );
}

function Items({ seq, message, tools }: { seq: number; message: Message; tools: MessageTools }) {
  const { t } = useTranslation();
  const room = useRoom();
  const isHost = useIsHost();
  const devices = useView((view) => view.devices);
  const isPinned = useView((view) => view.pins.has(seq));
  const reactions = useView((view) => view.reactions.get(seq));
  const mayReact = useCan('react');
  const [, run] = useAction();
  const to = message.t === 'chat.sent' ? message.to : undefined;
  const mayEdit = useCan(permissionToSend(to));
  // What you wrote on another device is yours as well.
  const isOwn = message.by !== undefined && devices.has(message.by);
  const isText = message.t === 'chat.sent';
  return (
    <>
      <Menu.Item className={menuItemClass} onClick={() => tools.reply(message)}>
        <CornerUpLeft aria-hidden className="size-4" />
        {t('tools.reply')}
      </Menu.Item>
      {mayReact ? (
        <Menu.Group className="grid grid-cols-4">
          <Menu.GroupLabel className="sr-only">{t('tools.react')}</Menu.GroupLabel>
          {EMOJI.map((emoji) => (
            <Menu.CheckboxItem
              key={emoji}
              closeOnClick
              checked={reactions?.[emoji]?.some((id) => devices.has(id)) === true}
              aria-label={t('reactions.with', { emoji })}
              onCheckedChange={(on) => void run(() => room.reactTo(seq, emoji, on))}
              className="flex size-tap cursor-pointer items-center justify-center rounded-lg text-lg outline-none data-checked:bg-accent-soft data-highlighted:bg-accent-soft"
            >
              {emoji}
            </Menu.CheckboxItem>
          ))}
        </Menu.Group>
      ) : null}
      {isHost && to === undefined ? (
        <Menu.Item
          className={menuItemClass}
          onClick={() => void run(() => (isPinned ? room.unpin(seq) : room.pin(seq)))}
        >
          {isPinned ? <PinOff aria-hidden className="size-4" /> : <Pin aria-hidden className="size-4" />}
          {t(isPinned ? 'tools.unpin' : 'tools.pin')}
        </Menu.Item>
      ) : null}
      {isText && isOwn && mayEdit ? (
        <Menu.Item className={menuItemClass} onClick={() => tools.edit(message)}>
          <Pencil aria-hidden className="size-4" />
          {t('tools.edit')}
        </Menu.Item>
      ) : null}
      {isText && (isOwn || (isHost && to === undefined)) ? (
        <Menu.Item className={`${menuItemClass} text-danger`} onClick={() => tools.remove(message)}>
          <Trash2 aria-hidden className="size-4" />
          {t('tools.delete')}
        </Menu.Item>
      ) : null}
    </>
  );
}
