import { SendHorizontal } from 'lucide-react';
import { type RefObject, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type DirectMessage, LIMITS } from '../../../../src/protocol/index.ts';
import { CharactersLeft } from '../../room/chat/characters-left.tsx';
import { MessageField } from '../../room/chat/message-field.tsx';
import { PicturePicker } from '../../room/images/picture-picker.tsx';
import { UploadTray } from '../../room/images/upload-tray.tsx';
import type { Uploads } from '../../room/images/use-uploads.ts';
import { IconButton } from '../../ui/button.tsx';
import { useHasKeyboard } from '../../ui/keyboard.ts';
import { directExcerpt, QuoteBar } from './quote.tsx';

type WriteBarProps = {
  /** Whom it goes to. */
  name: string;
  field: RefObject<HTMLTextAreaElement | null>;
  text: string;
  onText: (text: string) => void;
  uploads: Uploads;
  /** What is being answered, and whose it is. */
  reply: { readonly message: DirectMessage; readonly author: string } | null;
  onNoReply: () => void;
  onSend: (text: string) => void;
};

/** Where a direct message is written. */
export function WriteBar({ name, field, text, onText, uploads, reply, onNoReply, onSend }: WriteBarProps) {
  const { t } = useTranslation();
  const id = useId();
  const hasKeyboard = useHasKeyboard();
  const left = LIMITS.textLength - [...text].length;
  const maySendText = text.trim() !== '' && left >= 0;
  const maySend = maySendText || (uploads.drafts > 0 && left >= 0);

  function send(): void {
    if (!maySend) return;
    uploads.send();
    if (maySendText) onSend(text.trim());
    field.current?.focus();
  }

  return (
    <form
      className="border-t border-line bg-surface px-3 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-4"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="mx-auto max-w-3xl">
        <UploadTray uploads={uploads} />
        {left < LIMITS.textLength ? (
          <div className="flex text-sm">
            <CharactersLeft left={left} />
          </div>
        ) : null}
        {reply === null ? null : (
          <QuoteBar text={`${reply.author}: ${directExcerpt(t, reply.message)}`} onCancel={onNoReply} />
        )}
        <div className="flex items-end gap-2">
          <PicturePicker mayShare onFiles={uploads.add} />
          <MessageField
            ref={field}
            label={t('direct.write', { name })}
            aria-describedby={`${id}-hint`}
            value={text}
            onChange={(event) => onText(event.target.value)}
            onFiles={uploads.add}
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
          {hasKeyboard ? t('direct.enterHint') : ''}
        </p>
      </div>
    </form>
  );
}
