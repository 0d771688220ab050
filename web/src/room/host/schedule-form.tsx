import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schedule } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { fromLocalInput, toLocalInput } from '../../ui/local-time.ts';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { CalendarLink } from '../invite/calendar-link.tsx';
import { useRoom, useView } from '../room-context.tsx';

const NONE: Schedule = { opensAt: null, expiresAt: null, maxMinutes: null, title: null };
/** A week: the longest that a meeting can be limited to. */
const MOST_MINUTES = 10_080;

/** Whole minutes; null: no limit. NaN: something else was written. */
const readMinutes = (text: string): number | null => {
  if (text.trim() === '') return null;
  const minutes = Number(text);
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES ? minutes : Number.NaN;
};

/** When the meeting begins and ends, and what it is called in a calendar. */
export function ScheduleForm() {
  const { t } = useTranslation();
  const room = useRoom();
  const code = useView((view) => view.room.code);
  const now = useView((view) => view.schedule) ?? NONE;
  const [opens, setOpens] = useState(() => toLocalInput(now.opensAt));
  const [ends, setEnds] = useState(() => toLocalInput(now.expiresAt));
  const [longest, setLongest] = useState(now.maxMinutes === null ? '' : String(now.maxMinutes));
  const [title, setTitle] = useState(now.title ?? '');
  const [busy, run] = useAction();
  const maxMinutes = readMinutes(longest);
  const isWrong = Number.isNaN(maxMinutes);

  async function save(): Promise<void> {
    if (isWrong) return;
    const schedule: Schedule = {
      opensAt: fromLocalInput(opens),
      expiresAt: fromLocalInput(ends),
      maxMinutes,
      title: title.trim() === '' ? null : title.trim(),
    };
    if (await run(() => room.setSchedule(schedule))) toast(t('app.saved'));
  }

  return (
    <form
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field
        type="datetime-local"
        label={t('host.opensAt')}
        hint={t('host.opensAtHint')}
        value={opens}
        onChange={(event) => setOpens(event.target.value)}
      />
      <Field
        type="datetime-local"
        label={t('host.expiresAt')}
        value={ends}
        onChange={(event) => setEnds(event.target.value)}
      />
      <Field
        label={t('host.maxMinutes')}
        hint={t('host.maxMinutesHint')}
        error={isWrong ? t('host.maxMinutesWrong', { most: MOST_MINUTES }) : undefined}
        value={longest}
        onChange={(event) => setLongest(event.target.value)}
        inputMode="numeric"
        autoComplete="off"
      />
      <Field
        label={t('host.calendarTitle')}
        hint={t('host.calendarTitleHint')}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        autoComplete="off"
      />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" busy={busy}>
          {t('app.save')}
        </Button>
        {now.opensAt === null ? null : <CalendarLink code={code} />}
      </div>
    </form>
  );
}
