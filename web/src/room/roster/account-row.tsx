import { useTranslation } from 'react-i18next';
import type { MediaState } from '../../../../src/client/index.ts';
import type { Member } from '../../../../src/protocol/index.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { HandMark } from '../hands/hand-mark.tsx';
import { useView } from '../room-context.tsx';
import type { Person } from './devices.ts';
import { MediaMarks } from './media-marks.tsx';
import { MemberMenu } from './member-menu.tsx';

type AccountRowProps = {
  person: Person;
  media: ReadonlyMap<string, MediaState>;
  onWriteTo: (member: string) => void;
  onRights: (member: string) => void;
};

/** An account that is here with several devices: one name, and each device below it. */
export function AccountRow({ person: { id, devices }, media, onWriteTo, onRights }: AccountRowProps) {
  const { t } = useTranslation();
  const self = useView((view) => view.self.id);
  const [first] = devices;
  const { name, role, avatar } = devices.find((device) => device.id === self) ?? first;
  const away = devices.every(({ presence }) => presence === 'away');
  const count = t('roster.devices', { count: devices.length });
  return (
    <li className="rounded-lg px-2 pb-1">
      <div className="flex min-h-12 items-center gap-3">
        <Avatar id={id} name={name} picture={avatar} dim={away} />
        <div className="min-w-0 flex-1">
          <p className={`truncate ${away ? 'text-muted' : ''}`}>
            {name}
            {devices.some((device) => device.id === self) ? (
              <span className="text-muted"> ({t('chat.you')})</span>
            ) : null}
          </p>
          <p className="truncate text-sm text-muted">
            {role === 'member' ? count : `${t(`role.${role}`)} · ${count}`}
          </p>
        </div>
      </div>
      <ul aria-label={t('roster.devicesOf', { name })} className="ml-4 border-l border-line pl-7">
        {devices.map((device, index) => (
          <DeviceRow
            key={device.id}
            device={device}
            number={index + 1}
            personName={name}
            media={media.get(device.id)}
            onWriteTo={onWriteTo}
            onRights={onRights}
          />
        ))}
      </ul>
    </li>
  );
}

type DeviceRowProps = {
  device: Member;
  /** Counted from 1, in the order of coming. */
  number: number;
  personName: string;
  media: MediaState | undefined;
  onWriteTo: (member: string) => void;
  onRights: (member: string) => void;
};

function DeviceRow({ device, number, personName, media, onWriteTo, onRights }: DeviceRowProps) {
  const { t } = useTranslation();
  const own = useView((view) => view.self.id) === device.id;
  const isLarge = useView((view) => view.spotlight === device.id);
  const parts = [
    // Somebody may be called otherwise on one of their devices.
    ...(device.name === personName ? [] : [device.name]),
    ...(own ? [t('account.thisDevice')] : []),
    ...(isLarge ? [t('moderation.isLarge')] : []),
    ...(device.presence === 'away' ? [t('roster.away')] : []),
  ];
  return (
    <li className="flex min-h-tap items-center gap-3 text-sm">
      <p className={`min-w-0 flex-1 truncate ${device.presence === 'away' ? 'text-muted' : ''}`}>
        {t('roster.device', { number })}
        {parts.length === 0 ? null : <span className="text-muted"> · {parts.join(' · ')}</span>}
      </p>
      <HandMark member={device.id} />
      <MediaMarks media={media} />
      {own ? null : (
        <MemberMenu
          member={device}
          label={t('roster.deviceOf', { name: device.name, number })}
          onWriteTo={onWriteTo}
          onRights={onRights}
        />
      )}
    </li>
  );
}
