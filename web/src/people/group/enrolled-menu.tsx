import { Menu } from '@base-ui/react/menu';
import { Check, EllipsisVertical } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { GROUP_ROLES, type GroupRole, type Person } from '../../../../src/protocol/index.ts';
import { navigate } from '../../app/router.tsx';
import { personPath } from '../../app/routes.ts';
import { useRoom } from '../../room/room-context.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { menuItemClass, menuPopupClass } from '../../ui/menu.ts';
import { useAction } from '../../ui/use-action.ts';
import { useGroup, useMayDecide } from './use-group.ts';

/** What can be done about somebody in the group. */
export function EnrolledMenu({ person, role }: { person: Person; role: GroupRole }) {
  const { t } = useTranslation();
  const room = useRoom();
  const isOwner = useGroup()?.role === 'owner';
  const isEverybodys = useGroup()?.everybody === true;
  const mayDecide = useMayDecide();
  const mayPutOut = !isEverybodys && (isOwner || (mayDecide && role === 'member'));
  const [asking, setAsking] = useState<'owner' | 'out' | null>(null);
  const [busy, run] = useAction();
  const { id: account, name } = person;
  const close = () => setAsking(null);
  return (
    <>
      <Menu.Root>
        <Menu.Trigger
          render={
            <IconButton label={t('group.menuOf', { name })} icon={EllipsisVertical} className="text-muted" />
          }
        />
        <Menu.Portal>
          <Menu.Positioner side="left" align="start" sideOffset={4} className="z-10 outline-none">
            <Menu.Popup className={menuPopupClass}>
              <Menu.Item className={menuItemClass} onClick={() => navigate(personPath(account))}>
                {t('people.writeDo')}
              </Menu.Item>
              {isOwner ? (
                <Menu.Group className="mt-1 border-t border-line pt-1">
                  <Menu.GroupLabel className="px-3 py-1 text-xs text-muted">
                    {t('group.roleTitle')}
                  </Menu.GroupLabel>
                  <Menu.RadioGroup value={role}>
                    {GROUP_ROLES.map((given) => (
                      <Menu.RadioItem
                        key={given}
                        value={given}
                        closeOnClick
                        className={`${menuItemClass} justify-between gap-3`}
                        onClick={() =>
                          given === 'owner'
                            ? setAsking('owner')
                            : void run(() => room.send('group.role', { account, role: given }))
                        }
                      >
                        {t(`group.role.${given}`)}
                        <Menu.RadioItemIndicator render={<Check aria-hidden className="size-4" />} />
                      </Menu.RadioItem>
                    ))}
                  </Menu.RadioGroup>
                </Menu.Group>
              ) : null}
              {mayPutOut ? (
                <Menu.Item className={`${menuItemClass} text-danger`} onClick={() => setAsking('out')}>
                  {t('group.putOut')}
                </Menu.Item>
              ) : null}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <Confirm
        open={asking === 'owner'}
        onClose={close}
        title={t('group.ownerAsk', { name })}
        text={t('group.ownerText', { name })}
        action={t('group.ownerDo')}
        busy={busy}
        onConfirm={() => void run(() => room.send('group.role', { account, role: 'owner' })).then(close)}
      />
      <Confirm
        open={asking === 'out'}
        onClose={close}
        title={t('group.putOutAsk', { name })}
        text={t('group.putOutText')}
        action={t('group.putOutDo')}
        busy={busy}
        onConfirm={() => void run(() => room.send('group.remove', { account })).then(close)}
      />
    </>
  );
}
