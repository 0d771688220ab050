import { Video } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { roomStatus } from '../../../../src/client/index.ts';
import { useRoom, useView } from '../../room/room-context.tsx';
import { Button } from '../../ui/button.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { enterRoom } from '../rooms/enter-room.ts';
import { useGroup } from './use-group.ts';

/** Starts a meeting of the group, or goes to the one that is on. */
export function MeetButton() {
  const { t } = useTranslation();
  const room = useRoom();
  const meeting = useGroup()?.meeting ?? null;
  const self = useView((view) => view.self);
  const mayMeet = useView((view) => view.connection.status === 'online');
  const [asked, setAsked] = useState(false);
  const [busy, run] = useAction();

  // The room takes a moment to be made; whoever asked for it goes there at once.
  const code = meeting?.code;
  const invite = meeting?.invite;
  useEffect(() => {
    if (asked && code !== undefined) enterRoom(code, self.name, invite);
  }, [asked, code, invite, self.name]);
  useEffect(() => {
    const stops = [
      room.on('group.meeting_failed', () => {
        setAsked(false);
        toast(t('group.meetFailed'));
      }),
      room.on('group.meeting_over', () => toast(t('group.meetOver'))),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [room, t]);

  async function meet(): Promise<void> {
    if (meeting !== null) return enterRoom(meeting.code, self.name, meeting.invite);
    if (await run(() => room.send('group.meet', {}))) setAsked(true);
  }

  const label = t(meeting === null ? 'group.meet' : 'group.meetJoin');
  return (
    <Button
      kind={meeting === null ? 'secondary' : 'primary'}
      icon={Video}
      busy={busy || asked}
      disabled={!mayMeet}
      aria-label={label}
      title={label}
      onClick={() => void meet()}
    >
      <span className="max-lg:sr-only">{label}</span>
    </Button>
  );
}

/** ms between two looks at how many are in the meeting. */
const LOOK_EVERY = 20_000;

/** Below the head: that a meeting is on, and how many are there. */
export function MeetingLine() {
  const { t } = useTranslation();
  const meeting = useGroup()?.meeting ?? null;
  const code = meeting?.code ?? null;
  const [count, setCount] = useState<number | null>(null);
  useEffect(() => {
    setCount(null);
    if (code === null) return;
    // It is good to know, and no more: where it can't be found out, who started it is told.
    const look = () => {
      if (!document.hidden)
        roomStatus({ code }).then(
          ({ members }) => setCount(members),
          () => setCount(null),
        );
    };
    look();
    const timer = setInterval(look, LOOK_EVERY);
    return () => clearInterval(timer);
  }, [code]);
  return (
    <div role="status">
      {meeting === null ? null : (
        <p className="bg-accent-soft px-4 py-2 text-sm">
          {count === null || count === 0
            ? t('group.meetOn', { name: meeting.from.name })
            : t('group.meetOnCount', { count })}
        </p>
      )}
    </div>
  );
}
