import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useRoom } from '../room-context.tsx';

/** Says something to everybody, wherever they are. */
export function Broadcast() {
  const { t } = useTranslation();
  const room = useRoom();
  const [text, setText] = useState('');
  const [busy, run] = useAction();
  return (
    <form
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') void run(() => room.broadcast(text.trim())).then((ok) => ok && setText(''));
      }}
    >
      <Field
        label={t('breakouts.message')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        maxLength={LIMITS.broadcastLength}
        autoComplete="off"
      />
      <Button type="submit" busy={busy} disabled={text.trim() === ''} className="self-start">
        {t('breakouts.say')}
      </Button>
    </form>
  );
}
