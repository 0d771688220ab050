import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as v from 'valibot';
import { PasscodeSchema } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useRoom, useView } from '../room-context.tsx';

/** Sets the passcode, another one, or none. Nobody can read the one that is set. */
export function PasscodeForm() {
  const { t } = useTranslation();
  const room = useRoom();
  const isSet = useView((view) => view.passcode);
  const [passcode, setPasscode] = useState('');
  const [wrong, setWrong] = useState(false);
  const [busy, run] = useAction();

  async function save(): Promise<void> {
    const fits = v.is(PasscodeSchema, passcode);
    setWrong(!fits);
    if (!fits || !(await run(() => room.setPasscode(passcode)))) return;
    setPasscode('');
    toast(t('app.saved'));
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
        label={t(isSet ? 'host.passcodeOther' : 'host.passcodeNew')}
        hint={t(isSet ? 'host.passcodeSet' : 'host.passcodeHint')}
        error={wrong ? t('host.passcodeWrong') : undefined}
        value={passcode}
        onChange={(event) => setPasscode(event.target.value)}
        autoComplete="off"
        spellCheck={false}
      />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" busy={busy}>
          {t('host.passcodeSave')}
        </Button>
        {isSet ? (
          <Button disabled={busy} onClick={() => void run(() => room.setPasscode(null))}>
            {t('host.passcodeNone')}
          </Button>
        ) : null}
      </div>
    </form>
  );
}
