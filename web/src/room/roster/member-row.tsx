import { Menu } from '@base-ui/react/menu';
import { Camera, Check, EllipsisVertical, Mic, ScreenShare } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { MediaState } from '../../../../src/client/index.ts';
import { MEDIA, type Member, type Role } from '../../../../src/protocol/index.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { IconButton } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useCan, useIsChief, useIsHost, useRoom, useView } from '../room-context.tsx';

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
  const parts = [
    ...(member.role === 'member' ? [] : [t(`role.${member.role}`)]),
    ...(member.presence === 'away' ? [t('roster.away')] : []),
  ];
  return parts.length === 0 ? null : <p className="truncate text-sm text-muted">{parts.join(' · ')}</p>;
}

const ITEM =
  'flex min-h-10 cursor-pointer items-center rounded-lg px-3 text-sm outline-none data-highlighted:bg-accent-soft data-disabled:cursor-not-allowed data-disabled:opacity-55';

function MemberMenu({ member, onWriteTo, onRights }: Omit<MemberRowProps, 'media'>) {
  const { t } = useTranslation();
  const mayDirect = useCan('direct');
  const isHost = useIsHost();
  const isChief = useIsChief();
  const mayBeChanged = member.role !== 'host';
  return (
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
        <Menu.Positioner align="end" sideOffset={4} className="z-10 outline-none">
          <Menu.Popup className="min-w-40 rounded-xl border border-line bg-raised p-1 shadow-lg outline-none">
            <Menu.Item className={ITEM} disabled={!mayDirect} onClick={() => onWriteTo(member.id)}>
              {t('roster.write')}
            </Menu.Item>
            {isHost && mayBeChanged ? (
              <Menu.Item className={ITEM} onClick={() => onRights(member.id)}>
                {t('roster.rights')}
              </Menu.Item>
            ) : null}
            {isChief && mayBeChanged ? <RoleItems member={member} /> : null}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
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
            className={`${ITEM} justify-between gap-3`}
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
