import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Alert } from '../ui/alert.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { toast } from '../ui/toasts.tsx';
import { faultsIn, useForm } from '../ui/use-form.ts';
import { accounts } from './accounts.ts';
import { recordingsLeft } from './recordings-left.ts';

const PLACES = { password_wrong: 'password' } as const;

/** Asks for the password once more, so that a found phone is not enough. */
export function DeleteAccount({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const { form, busy, faults, submit } = useForm<'password'>(PLACES);

  async function remove(): Promise<void> {
    const wrong = faultsIn({ password: password === '' ? t('account.passwordMissing') : null });
    const work = async () => {
      const left = await recordingsLeft();
      await accounts.deleteAccount(password);
      // Nobody could come back for them.
      await left?.forget().catch(() => undefined);
    };
    // The account is gone, and what shows it with it.
    if (await submit(wrong, work)) toast(t('account.deleted'));
  }

  return (
    <Confirm
      form={form}
      open={open}
      onClose={onClose}
      title={t('account.deleteAsk')}
      text={t('account.deleteText')}
      action={t('account.deleteDo')}
      busy={busy}
      onConfirm={() => void remove()}
    >
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
    </Confirm>
  );
}
