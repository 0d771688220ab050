import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { inputClass } from '../../ui/field.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useRoom, useView } from '../room-context.tsx';

/** Seconds that are offered. */
const CHOICES = [0, 5, 10, 30, 60, 300];

/** How long a member waits between two messages. What is shown is what the room says. */
export function SlowSetting() {
  const { t } = useTranslation();
  const id = useId();
  const room = useRoom();
  const slow = useView((view) => view.slowSeconds);
  const [, run] = useAction();
  const offered = CHOICES.includes(slow) ? CHOICES : [...CHOICES, slow].sort((a, b) => a - b);
  return (
    <div className="pt-2">
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {t('tools.slow')}
      </label>
      <select
        id={id}
        value={slow}
        aria-describedby={`${id}-hint`}
        onChange={({ target }) => void run(() => room.slow(Number(target.value)))}
        className={inputClass}
      >
        {offered.map((seconds) => (
          <option key={seconds} value={seconds}>
            {seconds === 0 ? t('tools.slowOff') : t('tools.slowFor', { count: seconds })}
          </option>
        ))}
      </select>
      <p id={`${id}-hint`} className="mt-1 text-sm text-muted">
        {t('tools.slowHint')}
      </p>
    </div>
  );
}
