import { type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { faultsIn, useForm } from '../ui/use-form.ts';
import { accounts } from './accounts.ts';

export type WayProps = {
  first: RefObject<HTMLInputElement | null>;
  userName: string;
  onUserName: (userName: string) => void;
  onDone: () => void;
};

export function LogInForm({ first, userName, onUserName, onDone }: WayProps) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const { form, busy, faults, submit } = useForm<'userName' | 'password'>();

  async function logIn(): Promise<void> {
    const wrong = faultsIn({
      userName: userName.trim() === '' ? t('account.userNameMissing') : null,
      password: password === '' ? t('account.passwordMissing') : null,
    });
    if (await submit(wrong, () => accounts.logIn({ userName, password }))) onDone();
  }

  return (
    <form
      ref={form}
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void logIn();
      }}
    >
      <Field
        ref={first}
        label={t('account.userName')}
        name="username"
        value={userName}
        onChange={(event) => onUserName(event.target.value)}
        error={faults.userName}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <PasswordField
        label={t('account.password')}
        name="password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={faults.password}
        autoComplete="current-password"
        required
      />
      {faults.whole === undefined ? null : <Alert>{faults.whole}</Alert>}
      <Button type="submit" kind="primary" busy={busy} className="self-start">
        {t(busy ? 'account.loggingIn' : 'account.logIn')}
      </Button>
    </form>
  );
}
