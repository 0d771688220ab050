import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { navigate } from '../app/router.tsx';
import { readInvite, readInviteSecret, roomPath } from '../app/routes.ts';
import { inviteSecrets } from '../room/storage.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';

export function JoinForm() {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);

  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const code = readInvite(text);
        if (code === null) return setWrong(true);
        const secret = readInviteSecret(text);
        if (secret !== null) inviteSecrets.set(code, secret);
        navigate(roomPath(code));
      }}
    >
      <Field
        label={t('home.code')}
        hint={t('home.codeHint')}
        error={wrong ? t('home.codeWrong') : undefined}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setWrong(false);
        }}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <Button type="submit" className="self-start">
        {t('home.join')}
      </Button>
    </form>
  );
}
