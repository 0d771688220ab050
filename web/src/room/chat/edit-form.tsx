import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { useAction } from '../../ui/use-action.ts';

type Props = {
  was: string;
  /** Puts the text in the place of the old one; it rejects where that is refused. */
  onSave: (text: string) => Promise<unknown>;
  onDone: () => void;
};

/** Another text for a message of one's own, in a room or to one person. */
export function EditForm({ was, onSave, onDone }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(was);
  const [busy, run] = useAction();
  const over = [...text].length - LIMITS.textLength;

  async function save(): Promise<void> {
    if (text.trim() === was) return onDone();
    if (await run(() => onSave(text.trim()))) onDone();
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
      <TextArea
        label={t('tools.newText')}
        value={text}
        rows={5}
        onChange={setText}
        error={over > 0 ? t('chat.tooLong', { count: over }) : undefined}
      />
      <Button
        type="submit"
        kind="primary"
        busy={busy}
        disabled={text.trim() === '' || over > 0}
        className="self-end"
      >
        {t('app.save')}
      </Button>
    </form>
  );
}
