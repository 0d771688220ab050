import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './button.tsx';
import { Field, type FieldProps } from './field.tsx';

type PasswordFieldProps = Omit<FieldProps, 'type' | 'end' | 'autoComplete'> & {
  /** What password managers are to do: fill in the one they keep, or offer a new one. */
  autoComplete: 'current-password' | 'new-password';
};

/** A password to fill in, which can be shown. */
export function PasswordField(props: PasswordFieldProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <Field
      {...props}
      type={shown ? 'text' : 'password'}
      autoCapitalize="none"
      spellCheck={false}
      end={
        <IconButton
          label={t(shown ? 'account.hidePassword' : 'account.showPassword')}
          icon={shown ? EyeOff : Eye}
          className="text-muted"
          onClick={() => setShown(!shown)}
        />
      }
    />
  );
}
