import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { toast } from '../ui/toasts.tsx';
import { faultsIn, useForm } from '../ui/use-form.ts';
import { accounts } from './accounts.ts';
import { checkNewPassword, PASSWORD_LIMITS } from './check.ts';

const PLACES = { password_wrong: 'current', password_weak: 'next' } as const;

export function PasswordForm({ userName, onChanged }: { userName: string; onChanged: () => void }) {
  const { t } = useTranslation();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const { form, busy, faults, submit } = useForm<'current' | 'next'>(PLACES);

  async function change(): Promise<void> {
    const nextFault = checkNewPassword(next);
    const wrong = faultsIn({
      current: current === '' ? t('account.passwordMissing') : null,
      next: nextFault && t(nextFault, PASSWORD_LIMITS),
    });
    if (!(await submit(wrong, () => accounts.changePassword(current, next)))) return;
    setCurrent('');
    setNext('');
    toast(t('account.passwordChanged'));
    onChanged();
  }

  return (
    <form
      ref={form}
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void change();
      }}
    >
      {/* Tells password managers whose password it is. */}
      <input
        type="text"
        name="username"
        autoComplete="username"
        value={userName}
        readOnly
        className="hidden"
      />
      <PasswordField
        label={t('account.passwordCurrent')}
        name="current"
        value={current}
        onChange={(event) => setCurrent(event.target.value)}
        error={faults.current}
        autoComplete="current-password"
        required
      />
      <PasswordField
        label={t('account.passwordNext')}
        hint={t('account.passwordHint', PASSWORD_LIMITS)}
        name="next"
        value={next}
        onChange={(event) => setNext(event.target.value)}
        error={faults.next}
        autoComplete="new-password"
        required
      />
      <p className="text-sm text-muted">{t('account.passwordText')}</p>
      {faults.whole === undefined ? null : <Alert>{faults.whole}</Alert>}
      <Button type="submit" busy={busy} className="self-start">
        {t('account.passwordChange')}
      </Button>
    </form>
  );
}
