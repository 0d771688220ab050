import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { faultsIn, useForm } from '../ui/use-form.ts';
import { checkName } from '../ui/validate.ts';
import { accounts } from './accounts.ts';
import { checkNewPassword, checkUserName, PASSWORD_LIMITS, USER_NAME_LIMITS } from './check.ts';
import type { WayProps } from './log-in-form.tsx';

const PLACES = { user_name_taken: 'userName', password_weak: 'password' } as const;

export function RegisterForm({ first, userName, onUserName, onDone }: WayProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const { form, busy, faults, submit } = useForm<'userName' | 'name' | 'password'>(PLACES);

  async function register(): Promise<void> {
    const userNameFault = checkUserName(userName);
    const nameFault = name.trim() === '' ? null : checkName(name);
    const passwordFault = checkNewPassword(password);
    const wrong = faultsIn({
      userName: userNameFault && t(userNameFault, USER_NAME_LIMITS),
      name: nameFault && t(nameFault),
      password: passwordFault && t(passwordFault, PASSWORD_LIMITS),
    });
    const request = { userName, password, ...(name.trim() === '' ? {} : { name }) };
    if (await submit(wrong, () => accounts.register(request))) onDone();
  }

  return (
    <form
      ref={form}
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void register();
      }}
    >
      <Field
        ref={first}
        label={t('account.userName')}
        hint={t('account.userNameHint')}
        name="username"
        value={userName}
        onChange={(event) => onUserName(event.target.value)}
        error={faults.userName}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <Field
        label={t('account.name')}
        hint={t('account.nameHint')}
        name="name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={faults.name}
        autoComplete="name"
      />
      <PasswordField
        label={t('account.password')}
        hint={t('account.passwordHint', PASSWORD_LIMITS)}
        name="password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={faults.password}
        autoComplete="new-password"
        required
      />
      {faults.whole === undefined ? null : <Alert>{faults.whole}</Alert>}
      <Button type="submit" kind="primary" busy={busy} className="self-start">
        {t(busy ? 'account.registering' : 'account.registerDo')}
      </Button>
    </form>
  );
}
