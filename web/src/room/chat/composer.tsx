import { SendHorizontal } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '../../../../src/protocol/index.ts';
import { IconButton } from '../../ui/button.tsx';
import { useHasKeyboard } from '../../ui/keyboard.ts';
import { later } from '../../ui/later.tsx';
import { PicturePicker } from '../images/picture-picker.tsx';
import type { Uploads } from '../images/use-uploads.ts';
import { useCan } from '../room-context.tsx';
import { CharactersLeft } from './characters-left.tsx';
import { MentionList } from './mention-list.tsx';
import { mentionsIn } from './mentions.ts';
import { MessageField } from './message-field.tsx';
import { RecipientSelect } from './recipient-select.tsx';
import { ReplyBar } from './reply-quote.tsx';
import type { Draft } from './use-draft.ts';
import { useMentionPicker } from './use-mention-picker.ts';
import type { Outbox } from './use-outbox.ts';
import { useRecipient } from './use-recipient.ts';
import { useSlow } from './use-slow.ts';
import { useTyping } from './use-typing.ts';

const UploadTray = later(async () => (await import('../images/upload-tray.tsx')).UploadTray);

type ComposerProps = {
  draft: Draft;
  outbox: Outbox;
  uploads: Uploads;
  /** Of a group: nothing is private there. */
  group: { readonly readOnly: string } | undefined;
};

export function Composer({ draft, outbox, uploads, group }: ComposerProps) {
  const { t } = useTranslation();
  const id = useId();
  const picker = useMentionPicker(draft);
  const recipient = useRecipient(draft);
  const mayShare = useCan('image');
  const slow = useSlow();
  const isSlowed = draft.to === null && slow > 0;
  useTyping(draft.text, draft.to, recipient.allowed);
  const hasKeyboard = useHasKeyboard();

  const left = LIMITS.textLength - [...draft.text].length;
  const hasText = draft.text.trim() !== '';
  const maySendText = recipient.allowed && hasText && left >= 0 && !isSlowed;
  const maySend = maySendText || (uploads.drafts > 0 && mayShare);

  function send(): void {
    if (!maySend) return;
    if (maySendText) {
      outbox.send({
        text: draft.text.trim(),
        to: draft.to,
        mentions: mentionsIn(draft.text, draft.inserted),
        replyTo: draft.reply?.seq ?? null,
      });
      draft.clear();
    }
    if (mayShare) uploads.send();
    draft.field.current?.focus();
  }

  return (
    <form
      className="border-t border-line bg-surface px-3 pt-2 pb-3 sm:px-4"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="relative mx-auto max-w-3xl">
        {uploads.list.length > 0 ? <UploadTray uploads={uploads} /> : null}
        <div className="flex min-w-0 items-center gap-2 pb-2 text-sm">
          {group === undefined ? <RecipientSelect draft={draft} /> : null}
          <CharactersLeft left={left} />
        </div>
        {recipient.reason === null ? null : (
          <p
            id={`${id}-locked`}
            role="status"
            className="mb-2 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn"
          >
            {group === undefined ? t(recipient.reason) : group.readOnly}
          </p>
        )}
        {isSlowed ? (
          <p role="timer" className="mb-2 text-sm text-muted">
            {t('tools.slowWait', { count: slow })}
          </p>
        ) : null}
        {draft.reply === null ? null : (
          <ReplyBar message={draft.reply} onCancel={() => draft.setReply(null)} />
        )}
        <MentionList picker={picker} id={`${id}-mentions`} />
        <div className="flex items-end gap-2">
          <PicturePicker mayShare={mayShare} onFiles={uploads.add} />
          <MessageField
            ref={draft.field}
            label={recipient.name === null ? t('chat.write') : t('chat.writeTo', { name: recipient.name })}
            disabled={!recipient.allowed}
            aria-describedby={`${id}-hint ${id}-locked`}
            aria-autocomplete="list"
            aria-haspopup="listbox"
            aria-controls={picker.people.length > 0 ? `${id}-mentions` : undefined}
            aria-activedescendant={picker.people.length > 0 ? `${id}-mentions-${picker.active}` : undefined}
            value={draft.text}
            onChange={(event) => {
              draft.setText(event.target.value);
              picker.look(event.target);
            }}
            onSelect={(event) => picker.look(event.currentTarget)}
            onBlur={picker.close}
            onFiles={uploads.add}
            onKey={picker.key}
            onSend={send}
          />
          <IconButton
            label={t('chat.send')}
            icon={SendHorizontal}
            kind="primary"
            disabled={!maySend}
            onClick={send}
            className="size-11!"
          />
        </div>
        <p id={`${id}-hint`} className="sr-only">
          {hasKeyboard ? t('chat.enterHint') : ''}
        </p>
      </div>
    </form>
  );
}
