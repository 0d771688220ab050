import { DoorOpen, LogOut, SlidersHorizontal, UserPlus, Users } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useParts } from '../people/inbox-context.ts';
import { PeopleLink } from '../people/people-link.tsx';
import { SettingsButton } from '../settings/settings.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { useAction } from '../ui/use-action.ts';
import { useIsHost, useRoom, useView } from './room-context.tsx';

type HeaderProps = {
  wide: boolean;
  /** The people stand beside the conversation. */
  aside: boolean;
  onOpen: (sheet: 'people' | 'host' | 'invite' | 'lobby') => void;
};

export function RoomHeader({ wide, aside, onOpen }: HeaderProps) {
  const { t } = useTranslation();
  const room = useRoom();
  const { name, code } = useView((view) => view.room);
  const count = useView((view) => view.count);
  const isHost = useIsHost();
  const waiting = useView((view) => view.lobby.length);
  const parts = useParts();
  const group = useView((view) => view.meetingOf?.group ?? null);
  const [leaving, run] = useAction();
  const leave = () => void run(() => room.leave());

  return (
    <header className="flex items-center gap-1 border-b border-line bg-surface px-3 py-2 sm:gap-2 sm:px-4">
      <div className="min-w-0 flex-1">
        <h1 className="truncate text-base font-semibold tracking-tight sm:text-lg">{name}</h1>
        {wide ? (
          <div className="-mt-1 flex items-center gap-1 text-sm text-muted">
            <span className="sr-only">{t('room.codeLabel')}</span>
            <span className="font-mono">{code}</span>
            <CopyButton text={code} label={t('invite.copyCode')} small />
          </div>
        ) : null}
      </div>
      {parts === null || group === null ? null : <parts.GroupLink code={group} />}
      {parts === null || !wide ? null : <parts.RoomStar code={code} name={name} />}
      {/* On a phone there is no place for both. */}
      {wide || parts === null || group === null ? <PeopleLink /> : null}
      {isHost && waiting > 0 ? (
        <button
          type="button"
          onClick={() => onOpen('lobby')}
          aria-label={t('lobby.open', { count: waiting })}
          title={t('lobby.open', { count: waiting })}
          className="flex h-tap shrink-0 items-center gap-1 rounded-lg bg-accent px-2 text-sm font-medium text-on-accent hover:bg-accent-strong"
        >
          <DoorOpen aria-hidden className="size-5" />
          {waiting}
        </button>
      ) : null}
      {aside ? null : (
        <button
          type="button"
          onClick={() => onOpen('people')}
          aria-label={t('room.peopleCount', { count })}
          className="flex h-tap shrink-0 items-center gap-1 rounded-lg px-2 text-sm font-medium hover:bg-accent-soft"
        >
          <Users aria-hidden className="size-5" />
          {count}
        </button>
      )}
      {/* On a phone it stands in the bar below. */}
      {wide ? <SettingsButton /> : null}
      {wide ? (
        <>
          <Button kind="quiet" icon={UserPlus} onClick={() => onOpen('invite')}>
            {t('room.invite')}
          </Button>
          {isHost ? (
            <Button kind="quiet" icon={SlidersHorizontal} onClick={() => onOpen('host')}>
              {t('room.host')}
            </Button>
          ) : null}
          <Button icon={LogOut} busy={leaving} onClick={leave}>
            {t('room.leave')}
          </Button>
        </>
      ) : (
        <>
          <IconButton label={t('room.invite')} icon={UserPlus} onClick={() => onOpen('invite')} />
          {isHost ? (
            <IconButton label={t('room.host')} icon={SlidersHorizontal} onClick={() => onOpen('host')} />
          ) : null}
          <IconButton label={t('room.leave')} icon={LogOut} disabled={leaving} onClick={leave} />
        </>
      )}
    </header>
  );
}
