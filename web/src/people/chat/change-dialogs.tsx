import { useTranslation } from 'react-i18next';
import type { DirectMessage } from '../../../../src/protocol/index.ts';
import { EditForm } from '../../room/chat/edit-form.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useInbox } from '../inbox-context.ts';

type ChangeProps = { message: DirectMessage | null; onClose: () => void };

/** Puts another text in the place of your own message. */
export function EditDirect({ message, onClose }: ChangeProps) {
  const { t } = useTranslation();
  const inbox = useInbox();
  return (
    <Dialog
      open={message !== null}
      onClose={onClose}
      title={t('tools.editTitle')}
      description={t('direct.editText')}
    >
      {message?.body.kind === 'text' ? (
        <EditForm
          was={message.body.text}
          onSave={(text) => inbox.edit(message.with, message.number, text)}
          onDone={onClose}
        />
      ) : null}
    </Dialog>
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
