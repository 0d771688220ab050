import { Menu } from '@base-ui/react/menu';
import { Camera, Check, EllipsisVertical, Mic, ScreenShare } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MediaState } from '../../../../src/client/index.ts';
import { MEDIA, type Member, type Role } from '../../../../src/protocol/index.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { IconButton } from '../../ui/button.tsx';
import { menuItemClass, menuPopupClass } from '../../ui/menu.ts';
import { useAction } from '../../ui/use-action.ts';
import { HandMark } from '../hands/hand-mark.tsx';
import { AuthorityItems } from '../moderation/authority-items.tsx';
import { MeetingItems } from '../moderation/meeting-items.tsx';
import { MemberDialogs, type MemberQuestion } from '../moderation/member-dialogs.tsx';
import { useMayActOn } from '../moderation/use-may-act.ts';
import { useCan, useIsHost, useRoom, useView } from '../room-context.tsx';

const ICONS = { camera: Camera, microphone: Mic, screen: ScreenShare } as const;

type MemberRowProps = {
  member: Member;
  media: MediaState | undefined;
  onWriteTo: (member: string) => void;
  onRights: (member: string) => void;
};

export function MemberRow({ member, media, onWriteTo, onRights }: MemberRowProps) {
  const { t } = useTranslation();
  const own = useView((view) => view.self.id) === member.id;
  const away = member.presence === 'away';
  return (
    <li className="flex min-h-12 items-center gap-3 rounded-lg px-2">
      <Avatar id={member.id} name={member.name} dim={away} />
      <div className="min-w-0 flex-1">
        <p className={`truncate ${away ? 'text-muted' : ''}`}>
          {member.name}
          {own ? <span className="text-muted"> ({t('chat.you')})</span> : null}
        </p>
        <RoleAndPresence member={member} />
      </div>
      <HandMark member={member.id} />
      {media === undefined ? null : (
        <span className="flex shrink-0 gap-1">
          {MEDIA.filter((kind) => media[kind]).map((kind) => {
            const Icon = ICONS[kind];
            const speaking = kind === 'microphone' && media.speaking;
            return (
              <span key={kind} title={t(`media.${kind}On`)} className="text-accent">
                <Icon aria-hidden className={`size-4 ${speaking ? 'stroke-3' : ''}`} />
                <span className="sr-only">{speaking ? t('media.speaking') : t(`media.${kind}On`)}</span>
              </span>
            );
          })}
        </span>
      )}
      {own ? null : <MemberMenu member={member} onWriteTo={onWriteTo} onRights={onRights} />}
    </li>
  );
}

function RoleAndPresence({ member }: { member: Member }) {
  const { t } = useTranslation();
  const isLarge = useView((view) => view.spotlight === member.id);
  const parts = [
    ...(member.role === 'member' ? [] : [t(`role.${member.role}`)]),
    ...(isLarge ? [t('moderation.isLarge')] : []),
    ...(member.presence === 'away' ? [t('roster.away')] : []),
  ];
  return parts.length === 0 ? null : <p className="truncate text-sm text-muted">{parts.join(' · ')}</p>;
}

function MemberMenu({ member, onWriteTo, onRights }: Omit<MemberRowProps, 'media'>) {
  const { t } = useTranslation();
  const mayDirect = useCan('direct');
  const isHost = useIsHost();
  const mayAct = useMayActOn(member);
  const mayBeChanged = member.role !== 'host';
  const [question, setQuestion] = useState<MemberQuestion | null>(null);
  return (
    <>
      <Menu.Root>
        <Menu.Trigger
          render={
            <IconButton
              label={t('roster.menu', { name: member.name })}
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
