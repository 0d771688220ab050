import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { toast } from '../ui/toasts.tsx';
import { faultsIn, useForm } from '../ui/use-form.ts';
import { checkName } from '../ui/validate.ts';
import { accounts } from './accounts.ts';

/** What they are called in rooms. */
export function NameForm({ was }: { was: string }) {
  const { t } = useTranslation();
  const [name, setName] = useState(was);
  const { form, busy, faults, submit } = useForm<'name'>();

  async function save(): Promise<void> {
    const fault = checkName(name);
    const wrong = faultsIn({ name: fault && t(fault) });
    if (await submit(wrong, () => accounts.rename(name))) toast(t('app.saved'));
  }

  return (
    <form
      ref={form}
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field
        label={t('account.name')}
        name="name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={faults.name}
        autoComplete="name"
        required
      />
      {faults.whole === undefined ? null : <Alert>{faults.whole}</Alert>}
      <Button type="submit" busy={busy} className="self-start">
        {t('app.save')}
      </Button>
    </form>
  );
}
