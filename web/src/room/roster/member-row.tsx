import { useTranslation } from 'react-i18next';
import type { MediaState } from '../../../../src/client/index.ts';
import type { Member } from '../../../../src/protocol/index.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { HandMark } from '../hands/hand-mark.tsx';
import { useView } from '../room-context.tsx';
import { MediaMarks } from './media-marks.tsx';
import { MemberMenu } from './member-menu.tsx';

type MemberRowProps = {
  member: Member;
  /** Whether it is said that they are a guest. */
  isGuest: boolean;
  media: MediaState | undefined;
  onWriteTo: (member: string) => void;
  onRights: (member: string) => void;
};

export function MemberRow({ member, isGuest, media, onWriteTo, onRights }: MemberRowProps) {
  const { t } = useTranslation();
  const own = useView((view) => view.self.id) === member.id;
  const away = member.presence === 'away';
  return (
    <li className="flex min-h-12 items-center gap-3 rounded-lg px-2">
      <Avatar id={member.account ?? member.id} name={member.name} picture={member.avatar} dim={away} />
      <div className="min-w-0 flex-1">
        <p className={`line-clamp-2 wrap-anywhere ${away ? 'text-muted' : ''}`}>
          {member.name}
          {own ? <span className="text-muted"> ({t('chat.you')})</span> : null}
          {isGuest ? <span className="text-muted"> ({t('roster.guest')})</span> : null}
        </p>
        {/* Below the name, which may be long where there is little room. */}
        <div className="flex items-center gap-2 text-sm text-muted">
          <RoleAndPresence member={member} />
          <HandMark member={member.id} />
          <MediaMarks media={media} />
        </div>
      </div>
      {own ? null : (
        <MemberMenu member={member} label={member.name} onWriteTo={onWriteTo} onRights={onRights} />
      )}
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
  return parts.length === 0 ? null : <p className="truncate">{parts.join(' · ')}</p>;
}
