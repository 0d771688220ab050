import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { Field, inputClass } from '../../ui/field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { checkRoomName, readCapacity } from '../../ui/validate.ts';
import { useRoom, useView } from '../room-context.tsx';

export function SettingsForm() {
  const { t } = useTranslation();
  const id = useId();
  const room = useRoom();
  const now = useView((view) => view.room);
  const [name, setName] = useState(now.name);
  const [capacity, setCapacity] = useState(String(now.capacity));
  const [whenEmpty, setWhenEmpty] = useState(now.whenEmpty);
  const [wrong, setWrong] = useState<{ name?: string; capacity?: string }>({});
  const [busy, run] = useAction();

  async function save(): Promise<void> {
    const nameFault = checkRoomName(name);
    const seats = readCapacity(capacity);
    const isNumber = typeof seats === 'number';
    setWrong({
      ...(nameFault === null ? {} : { name: t(nameFault) }),
      ...(isNumber ? {} : { capacity: t('home.capacityWrong', { most: LIMITS.capacity }) }),
    });
    if (nameFault !== null || !isNumber) return;
    if (await run(() => room.update({ name, capacity: seats, whenEmpty }))) toast(t('app.saved'));
  }

  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field
        label={t('home.roomName')}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={wrong.name}
        autoComplete="off"
      />
      <Field
        label={t('home.capacity')}
        value={capacity}
        onChange={(event) => setCapacity(event.target.value)}
        error={wrong.capacity}
        inputMode="numeric"
        autoComplete="off"
      />
      <div>
        <label htmlFor={id} className="mb-1 block text-sm font-medium">
          {t('host.whenEmpty')}
        </label>
        <select
          id={id}
          value={whenEmpty}
          onChange={(event) => setWhenEmpty(event.target.value === 'stay' ? 'stay' : 'end')}
          className={inputClass}
        >
          <option value="end">{t('host.whenEmptyEnd')}</option>
          <option value="stay">{t('host.whenEmptyStay')}</option>
        </select>
      </div>
      <Button type="submit" busy={busy} className="self-start">
        {t('app.save')}
      </Button>
    </form>
  );
}
