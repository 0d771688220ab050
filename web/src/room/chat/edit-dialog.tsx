import { useTranslation } from 'react-i18next';
import type { Message } from '../../../../src/client/index.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useRoom, useView } from '../room-context.tsx';
import { EditForm } from './edit-form.tsx';
import { mentionsIn } from './mentions.ts';

type MessageDialogProps = { open: boolean; message: Message | null; onClose: () => void };

/** Puts another text in the place of your own message. */
export function EditDialog({ open, message, onClose }: MessageDialogProps) {
  const { t } = useTranslation();
  const room = useRoom();
  const names = useView((view) => view.names);

  function save(seq: number, mentioned: readonly string[], text: string): Promise<unknown> {
    // Whoever was mentioned still is, where the name still stands.
    const people = mentioned
      .map((id) => ({ id, name: names.get(id) ?? '' }))
      .filter(({ name }) => name !== '');
    const mentions = mentionsIn(text, people);
    return room.edit(seq, text, mentions.length > 0 ? { mentions } : {});
  }

  return (
    <Dialog open={open} onClose={onClose} title={t('tools.editTitle')} description={t('tools.editText')}>
      {message?.t === 'chat.sent' && message.body.kind === 'text' ? (
        <EditForm
          was={message.body.text}
          onSave={(text) => save(message.seq, message.mentions ?? [], text)}
          onDone={onClose}
        />
      ) : null}
    </Dialog>
  );
}

/** Asks before a message is deleted. */
export function DeleteDialog({ open, message, onClose }: MessageDialogProps) {
  const { t } = useTranslation();
  const room = useRoom();
  const [busy, run] = useAction();
  return (
    <Confirm
      open={open}
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
