import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CommandFields, LIMITS } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useIsHost, useRoom } from '../room-context.tsx';
import { readWhole } from './read-whole.ts';

type Assign = CommandFields<'breakout.open'>['assign'];
const ASSIGN = {
  manual: 'breakouts.manual',
  evenly: 'breakouts.evenly',
  choose: 'breakouts.choose',
} as const satisfies Record<Assign, string>;
const isAssign = (text: string): text is Assign => Object.hasOwn(ASSIGN, text);

/** Makes breakout rooms, as many as are wanted. */
export function OpenForm() {
  const { t } = useTranslation();
  const room = useRoom();
  const isHost = useIsHost();
  const [number, setNumber] = useState('2');
  const [minutes, setMinutes] = useState('');
  const [assign, setAssign] = useState<Assign>('manual');
  const [wrong, setWrong] = useState<{ number?: string; minutes?: string }>({});
  const [busy, run] = useAction();

  async function open(): Promise<void> {
    const rooms = readWhole(number, LIMITS.breakouts);
    const time = minutes.trim() === '' ? undefined : readWhole(minutes, LIMITS.breakoutMinutes);
    setWrong({
      ...(rooms === null ? { number: t('breakouts.wrong', { most: LIMITS.breakouts }) } : {}),
      ...(time === null ? { minutes: t('breakouts.wrong', { most: LIMITS.breakoutMinutes }) } : {}),
    });
    if (rooms === null || time === null) return;
    const names = Array.from({ length: rooms }, (_, index) => t('breakouts.name', { number: index + 1 }));
    await run(() => room.openBreakouts({ names, assign, ...(time === undefined ? {} : { minutes: time }) }));
  }

  if (!isHost) return <p className="text-sm text-muted">{t('breakouts.none')}</p>;
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void open();
      }}
    >
      <p className="text-sm text-muted">{t('breakouts.text')}</p>
      <Field
        label={t('breakouts.number')}
        value={number}
        onChange={(event) => setNumber(event.target.value)}
        error={wrong.number}
        inputMode="numeric"
        autoComplete="off"
      />
      <Select
        label={t('breakouts.assign')}
        value={assign}
        onChange={({ target }) => isAssign(target.value) && setAssign(target.value)}
      >
        {Object.entries(ASSIGN).map(([value, label]) => (
          <option key={value} value={value}>
            {t(label)}
          </option>
        ))}
      </Select>
      <Field
        label={t('breakouts.minutes')}
        hint={t('breakouts.minutesHint')}
        value={minutes}
        onChange={(event) => setMinutes(event.target.value)}
        error={wrong.minutes}
        inputMode="numeric"
        autoComplete="off"
      />
      <Button type="submit" kind="primary" busy={busy} className="self-start">
        {t('breakouts.open')}
      </Button>
    </form>
  );
}
