import { Menu } from '@base-ui/react/menu';
import { Check, EllipsisVertical } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Member, Role } from '../../../../src/protocol/index.ts';
import { useParts } from '../../people/inbox-context.ts';
import { IconButton } from '../../ui/button.tsx';
import { menuItemClass, menuPopupClass } from '../../ui/menu.ts';
import { useAction } from '../../ui/use-action.ts';
import { AuthorityItems } from '../moderation/authority-items.tsx';
import { MeetingItems } from '../moderation/meeting-items.tsx';
import { MemberDialogs, type MemberQuestion } from '../moderation/member-dialogs.tsx';
import { useMayActOn } from '../moderation/use-may-act.ts';
import { useCan, useIsHost, useRoom, useView } from '../room-context.tsx';
import { isSamePerson } from './devices.ts';

type MemberMenuProps = {
  member: Member;
  /** Whom it is about, where it is read aloud. */
  label: string;
  onWriteTo: (member: string) => void;
  onRights: (member: string) => void;
};

/** What can be done with somebody, or with one of their devices. */
export function MemberMenu({ member, label, onWriteTo, onRights }: MemberMenuProps) {
  const { t } = useTranslation();
  const mayDirect = useCan('direct');
  const isHost = useIsHost();
  const mayAct = useMayActOn(member);
  // What is yours on this device is yours on all of them.
  const isMine = useView((view) => isSamePerson(view.self, member));
  const parts = useParts();
  const mayBeChanged = member.role !== 'host' && !isMine;
  const [question, setQuestion] = useState<MemberQuestion | null>(null);
  return (
    <>
      <Menu.Root>
        <Menu.Trigger
          render={
            <IconButton
              label={t('roster.menu', { name: label })}
              icon={EllipsisVertical}
              className="text-muted"
            />
          }
        />
        <Menu.Portal>
          <Menu.Positioner side="left" align="start" sideOffset={4} className="z-10 outline-none">
            <Menu.Popup className={menuPopupClass}>
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
              {isHost ? <AuthorityItems member={member} onAsk={setQuestion} /> : null}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <MemberDialogs member={member} question={question} onClose={() => setQuestion(null)} />
    </>
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
