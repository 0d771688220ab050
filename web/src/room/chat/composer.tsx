import { ImagePlus, SendHorizontal } from 'lucide-react';
import { useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { IMAGE_TYPES, LIMITS } from '../../../../src/protocol/index.ts';
import { IconButton } from '../../ui/button.tsx';
import { useMedia } from '../../ui/use-media.ts';
import { UploadTray } from '../images/upload-tray.tsx';
import type { Uploads } from '../images/use-uploads.ts';
import { useCan } from '../room-context.tsx';
import { MentionList } from './mention-list.tsx';
import { mentionsIn } from './mentions.ts';
import { RecipientSelect } from './recipient-select.tsx';
import { ReplyBar } from './reply-quote.tsx';
import type { Draft } from './use-draft.ts';
import { useMentionPicker } from './use-mention-picker.ts';
import type { Outbox } from './use-outbox.ts';
import { useRecipient } from './use-recipient.ts';
import { useSlow } from './use-slow.ts';
import { useTyping } from './use-typing.ts';

/** Characters left below which the number is shown. */
const COUNT_FROM = 200;

type ComposerProps = { draft: Draft; outbox: Outbox; uploads: Uploads };

export function Composer({ draft, outbox, uploads }: ComposerProps) {
  const { t } = useTranslation();
  const id = useId();
  const picker = useMentionPicker(draft);
  const file = useRef<HTMLInputElement>(null);
  const recipient = useRecipient(draft);
  const mayShare = useCan('image');
  const slow = useSlow();
  const isSlowed = draft.to === null && slow > 0;
  useTyping(draft.text, draft.to, recipient.allowed);
  // On a screen keyboard Enter begins a new line: there is no Shift to hold, and a button to press.
  const hasKeyboard = useMedia('(hover: hover) and (pointer: fine)');

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
      className="border-t border-line bg-surface px-3 pt-2 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-4"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="relative mx-auto max-w-3xl">
        <UploadTray uploads={uploads} />
        <div className="flex min-w-0 items-center gap-2 pb-2 text-sm">
          <RecipientSelect draft={draft} />
          {left < COUNT_FROM ? (
            <p role="status" className={`ml-auto ${left < 0 ? 'font-medium text-danger' : 'text-muted'}`}>
              {left < 0 ? t('chat.tooLong', { count: -left }) : t('chat.left', { count: left })}
            </p>
          ) : null}
        </div>
        {recipient.reason === null ? null : (
          <p
            id={`${id}-locked`}
            role="status"
            className="mb-2 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn"
          >
            {t(recipient.reason)}
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
          <input
            ref={file}
            type="file"
            accept={IMAGE_TYPES.join(',')}
            multiple
            hidden
            onChange={(event) => {
              uploads.add(event.target.files ?? []);
              event.target.value = '';
            }}
          />
          <IconButton
            label={mayShare ? t('image.pick') : t('image.locked')}
            icon={ImagePlus}
            disabled={!mayShare}
            onClick={() => file.current?.click()}
            className="size-11!"
          />
          <textarea
            ref={draft.field}
            rows={1}
            dir="auto"
            enterKeyHint={hasKeyboard ? 'send' : 'enter'}
            disabled={!recipient.allowed}
            aria-label={
              recipient.name === null ? t('chat.write') : t('chat.writeTo', { name: recipient.name })
            }
            placeholder={
              recipient.name === null ? t('chat.write') : t('chat.writeTo', { name: recipient.name })
            }
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
            onPaste={(event) => {
              if (event.clipboardData.files.length === 0) return;
              event.preventDefault();
              uploads.add(event.clipboardData.files);
            }}
            onKeyDown={(event) => {
              // While an input method composes (Chinese, Japanese), Enter and arrows are its own.
              if (event.nativeEvent.isComposing) return;
              if (picker.key(event)) return;
              if (event.key !== 'Enter' || event.shiftKey || !hasKeyboard) return;
              event.preventDefault();
              send();
            }}
            className="field-sizing-content max-h-40 min-h-11 w-full min-w-0 flex-1 resize-none rounded-lg border border-edge bg-raised px-3 py-2 text-base placeholder:text-muted disabled:cursor-not-allowed disabled:bg-canvas disabled:opacity-60"
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
