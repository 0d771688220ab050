import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type DirectMessage, LIMITS } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useInbox } from '../inbox-context.ts';

type ChangeProps = { message: DirectMessage | null; onClose: () => void };

/** Puts another text in the place of your own message. */
export function EditDirect({ message, onClose }: ChangeProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      open={message !== null}
      onClose={onClose}
      title={t('tools.editTitle')}
      description={t('direct.editText')}
    >
      {message?.body.kind === 'text' ? (
        <EditForm other={message.with} number={message.number} was={message.body.text} onDone={onClose} />
      ) : null}
    </Dialog>
  );
}

type EditFormProps = { other: string; number: number; was: string; onDone: () => void };

function EditForm({ other, number, was, onDone }: EditFormProps) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const [text, setText] = useState(was);
  const [busy, run] = useAction();
  const over = [...text].length - LIMITS.textLength;

  async function save(): Promise<void> {
    if (text.trim() === was) return onDone();
    if (await run(() => inbox.edit(other, number, text.trim()))) onDone();
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
export function DeleteDirect({ message, onClose }: ChangeProps) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const [busy, run] = useAction();
  return (
    <Confirm
      open={message !== null}
      onClose={onClose}
      title={t('tools.deleteAsk')}
      text={t('direct.deleteText')}
      action={t('tools.delete')}
      busy={busy}
      onConfirm={() => {
        if (message !== null) void run(() => inbox.delete(message.with, message.number)).then(onClose);
      }}
    />
  );
}
