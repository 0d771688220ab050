import { Menu } from '@base-ui/react/menu';
import { EllipsisVertical } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Person } from '../../../../src/protocol/index.ts';
import { IconButton } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { menuItemClass, menuPopupClass } from '../../ui/menu.ts';
import { useAction } from '../../ui/use-action.ts';
import { useInbox } from '../inbox-context.ts';
import { useContact, useIsBlocked } from './use-person.ts';

/** What can be done about somebody. */
export function PersonMenu({ person }: { person: Person }) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const { id, name } = person;
  const state = useContact(id)?.state;
  const isBlocked = useIsBlocked(id);
  const [asking, setAsking] = useState<'remove' | 'block' | null>(null);
  const [busy, run] = useAction();
  const close = () => setAsking(null);
  return (
    <>
      <Menu.Root>
        <Menu.Trigger
          render={
            <IconButton
              label={t('people.menuOf', { name })}
              icon={EllipsisVertical}
              className="-mr-2 text-muted"
            />
          }
        />
        <Menu.Portal>
          <Menu.Positioner align="end" sideOffset={4} className="z-10 outline-none">
            <Menu.Popup className={menuPopupClass}>
              {state === 'contact' ? (
                <Menu.Item className={menuItemClass} onClick={() => setAsking('remove')}>
                  {t('people.remove')}
                </Menu.Item>
              ) : null}
              {state === undefined && !isBlocked ? (
                <Menu.Item className={menuItemClass} onClick={() => void run(() => inbox.ask(id))}>
                  {t('people.ask')}
                </Menu.Item>
              ) : null}
              {isBlocked ? (
                <Menu.Item className={menuItemClass} onClick={() => void run(() => inbox.unblock(id))}>
                  {t('people.unblock')}
                </Menu.Item>
              ) : (
                <Menu.Item className={`${menuItemClass} text-danger`} onClick={() => setAsking('block')}>
                  {t('people.block')}
                </Menu.Item>
              )}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <Confirm
        open={asking === 'remove'}
        onClose={close}
        title={t('people.removeAsk', { name })}
        text={t('people.removeText')}
        action={t('people.removeDo')}
        busy={busy}
        onConfirm={() => void run(() => inbox.remove(id)).then(close)}
      />
      <Confirm
        open={asking === 'block'}
        onClose={close}
        title={t('people.blockAsk', { name })}
        text={t('people.blockText')}
        action={t('people.blockDo')}
        busy={busy}
        onConfirm={() => void run(() => inbox.block(id)).then(close)}
      />
    </>
  );
}
