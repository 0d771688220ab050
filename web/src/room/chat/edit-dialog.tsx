import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '../../../../src/client/index.ts';
import { LIMITS } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useRoom, useView } from '../room-context.tsx';
import { mentionsIn } from './mentions.ts';

/** Puts another text in the place of your own message. */
export function EditDialog({ message, onClose }: { message: Message | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog
      open={message !== null}
      onClose={onClose}
      title={t('tools.editTitle')}
      description={t('tools.editText')}
    >
      {message?.t === 'chat.sent' && message.body.kind === 'text' ? (
        <EditForm
          seq={message.seq}
          was={message.body.text}
          mentioned={message.mentions ?? []}
          onDone={onClose}
        />
      ) : null}
    </Dialog>
  );
}

type EditFormProps = { seq: number; was: string; mentioned: readonly string[]; onDone: () => void };

function EditForm({ seq, was, mentioned, onDone }: EditFormProps) {
  const { t } = useTranslation();
  const room = useRoom();
  const names = useView((view) => view.names);
  const [text, setText] = useState(was);
  const [busy, run] = useAction();
  const over = [...text].length - LIMITS.textLength;

  async function save(): Promise<void> {
    // Whoever was mentioned still is, where the name still stands.
    const people = mentioned
      .map((id) => ({ id, name: names.get(id) ?? '' }))
      .filter(({ name }) => name !== '');
    const mentions = mentionsIn(text, people);
    if (text.trim() === was) return onDone();
    if (await run(() => room.edit(seq, text.trim(), mentions.length > 0 ? { mentions } : {}))) onDone();
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

/** Asks before a message is deleted. */
export function DeleteDialog({ message, onClose }: { message: Message | null; onClose: () => void }) {
  const { t } = useTranslation();
  const room = useRoom();
  const [busy, run] = useAction();
  return (
    <Confirm
      open={message !== null}
      onClose={onClose}
      title={t('tools.deleteAsk')}
      text={t('tools.deleteText')}
      action={t('tools.delete')}
      busy={busy}
      onConfirm={() => {
        if (message !== null) void run(() => room.deleteMessage(message.seq)).then(onClose);
      }}
    />
  );
}
