import { Menu } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Member, Role } from '../../../../src/protocol/index.ts';
import { useParts } from '../../people/inbox-context.ts';
import { menuItemClass } from '../../ui/menu.ts';
import { MenuBox } from '../../ui/menu-box.tsx';
import type { MenuPlace } from '../../ui/menu-button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { AuthorityItems } from '../moderation/authority-items.tsx';
import { MeetingItems } from '../moderation/meeting-items.tsx';
import type { MemberQuestion } from '../moderation/member-dialogs.tsx';
import { useMayActOn } from '../moderation/use-may-act.ts';
import { useCan, useIsHost, useRoom, useView } from '../room-context.tsx';
import { isSamePerson } from './devices.ts';

type MemberItemsProps = MenuPlace & {
  member: Member;
  onWriteTo: (member: string) => void;
  onRights: (member: string) => void;
  onAsk: (question: MemberQuestion) => void;
};

/** The menu itself. It is loaded when the first is opened. */
export function MemberItems({ member, onWriteTo, onRights, onAsk, ...place }: MemberItemsProps) {
  const { t } = useTranslation();
  const mayDirect = useCan('direct');
  const isHost = useIsHost();
  const mayAct = useMayActOn(member);
  // What is yours on this device is yours on all of them.
  const isMine = useView((view) => isSamePerson(view.self, member));
  const parts = useParts();
  const mayBeChanged = member.role !== 'host' && !isMine;
  return (
    <MenuBox side="left" align="start" {...place}>
      <Menu.Item className={menuItemClass} disabled={!mayDirect} onClick={() => onWriteTo(member.id)}>
        {t('roster.write')}
      </Menu.Item>
      {parts === null || member.account === null ? null : (
        <parts.ContactItem account={member.account} name={member.name} />
      )}
      {isHost ? <MeetingItems member={member} /> : null}
      {isHost && mayBeChanged ? (
        <Menu.Item className={menuItemClass} onClick={() => onRights(member.id)}>
          {t('roster.rights')}
        </Menu.Item>
      ) : null}
      {isHost && mayBeChanged ? <LobbyItem member={member} /> : null}
      {mayAct ? <RoleItems member={member} /> : null}
      {isHost ? <AuthorityItems member={member} onAsk={onAsk} /> : null}
    </MenuBox>
  );
}

function LobbyItem({ member }: { member: Member }) {
  const { t } = useTranslation();
  const room = useRoom();
  const [, run] = useAction();
  return (
    <Menu.Item className={menuItemClass} onClick={() => void run(() => room.sendToLobby(member.id))}>
      {t('roster.toLobby')}
    </Menu.Item>
  );
}

/** The roles that a host can give. */
const GIVEN = ['cohost', 'member', 'viewer'] as const satisfies readonly Role[];

function RoleItems({ member }: { member: Member }) {
  const { t } = useTranslation();
  const room = useRoom();
  const [, run] = useAction();
  return (
    <Menu.Group className="mt-1 border-t border-line pt-1">
      <Menu.GroupLabel className="px-3 py-1 text-xs text-muted">{t('roster.role')}</Menu.GroupLabel>
      <Menu.RadioGroup value={member.role}>
        {GIVEN.map((role) => (
          <Menu.RadioItem
            key={role}
            value={role}
            closeOnClick
            className={`${menuItemClass} justify-between gap-3`}
            onClick={() => void run(() => room.setRole(member.id, role))}
          >
            {t(`role.${role}`)}
            <Menu.RadioItemIndicator render={<Check aria-hidden className="size-4" />} />
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </Menu.Group>
  );
}
