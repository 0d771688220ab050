import { CalendarClock, DoorOpen, House, Star } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Meeting } from '../../../../src/protocol/index.ts';
import { useFormatLocale } from '../../app/use-format-locale.ts';
import { Button } from '../../ui/button.tsx';
import { useInboxView } from '../inbox-context.ts';
import { longTime } from '../when.ts';
import { ForgetButton, InvitationRow, RoomRow, UnstarButton } from './room-row.tsx';
import { favouriteRooms, shelve } from './shelves.ts';

/** The rooms of whoever is logged in: favourites, invitations, those to come, one's own, and where one has been. */
export function MyRooms() {
  const { t } = useTranslation();
  const locale = useFormatLocale();
  const meetings = useInboxView((view) => view.meetings);
  const favourites = useInboxView((view) => view.favourites);
  const now = Date.now();
  const { invited, scheduled, hosted, recent } = shelve(meetings, now);
  const starred = favouriteRooms(favourites, meetings);
  const isEmpty = meetings.length + starred.length === 0;
  const opens = ({ schedule }: Meeting) =>
    t('mine.opens', { time: longTime(locale, schedule?.opensAt ?? now, now) });
  const last = ({ at, endedAt }: Meeting) =>
    endedAt === null ? t('mine.last', { time: longTime(locale, at, now) }) : t('mine.ended');
  return (
    <section aria-labelledby="my-rooms" className="mt-6 rounded-2xl border border-line bg-surface p-6">
      <h2 id="my-rooms" className="text-lg font-semibold tracking-tight">
        {t('mine.title')}
      </h2>
      {isEmpty ? <p className="mt-2 text-sm text-muted">{t('mine.none')}</p> : null}
      <div className="grid items-start gap-x-8 md:grid-cols-2">
        <Shelf
          title={t('mine.invitations')}
          rows={invited.map((meeting) => <InvitationRow key={meeting.code} meeting={meeting} />)}
        />
        <Shelf
          title={t('mine.favourites')}
          rows={starred.map(({ code, name }) => (
            <RoomRow
              key={code}
              icon={Star}
              code={code}
              name={name}
              end={<UnstarButton code={code} name={name} />}
            />
          ))}
        />
        <Shelf
          title={t('mine.scheduled')}
          rows={scheduled.map((meeting) => (
            <RoomRow
              key={meeting.code}
              icon={CalendarClock}
              code={meeting.code}
              name={meeting.name}
              line={opens(meeting)}
              end={<ForgetButton code={meeting.code} name={meeting.name} />}
            />
          ))}
        />
        <Shelf
          title={t('mine.hosted')}
          rows={hosted.map((meeting) => (
            <RoomRow
              key={meeting.code}
              icon={House}
              code={meeting.code}
              name={meeting.name}
              line={last(meeting)}
              end={<ForgetButton code={meeting.code} name={meeting.name} />}
            />
          ))}
        />
        <Shelf
          title={t('mine.recent')}
          rows={recent.map((meeting) => (
            <RoomRow
              key={meeting.code}
              icon={DoorOpen}
              code={meeting.code}
              name={meeting.name}
              line={last(meeting)}
              end={<ForgetButton code={meeting.code} name={meeting.name} />}
            />
          ))}
        />
      </div>
    </section>
  );
}

/** Rooms of a shelf that are shown at first. */
const SHOWN = 5;

function Shelf({ title, rows }: { title: string; rows: readonly ReactNode[] }) {
  const { t } = useTranslation();
  const [isWhole, setWhole] = useState(false);
  if (rows.length === 0) return null;
  return (
    <section aria-label={title} className="mt-4 min-w-0">
      <h3 className="text-sm font-semibold text-muted">{title}</h3>
      <ul className="mt-1">{isWhole ? rows : rows.slice(0, SHOWN)}</ul>
      {rows.length > SHOWN && !isWhole ? (
        <Button kind="quiet" onClick={() => setWhole(true)}>
          {t('mine.more')}
        </Button>
      ) : null}
    </section>
  );
}
