import type { ComponentProps, KeyboardEvent } from 'react';
import { useHasKeyboard } from '../../ui/keyboard.ts';

type MessageFieldProps = Omit<ComponentProps<'textarea'>, 'onKeyDown' | 'onPaste' | 'className'> & {
  /** Read aloud, and shown as long as nothing is written. */
  label: string;
  onSend: () => void;
  /** Pictures came with what was pasted. */
  onFiles: (files: FileList) => void;
  /** Takes a key before the field does; false: it does not want it. */
  onKey?: (event: KeyboardEvent) => boolean;
};

/**
 * Where a message is written. It grows with it; Enter sends. On a screen keyboard Enter begins a new line: there is no Shift to
 * hold, and a button to press.
 */
export function MessageField({ label, onSend, onFiles, onKey, ...rest }: MessageFieldProps) {
  const hasKeyboard = useHasKeyboard();
  return (
    <textarea
      rows={1}
      dir="auto"
      enterKeyHint={hasKeyboard ? 'send' : 'enter'}
      aria-label={label}
      placeholder={label}
      {...rest}
      onPaste={(event) => {
        if (event.clipboardData.files.length === 0) return;
        event.preventDefault();
        onFiles(event.clipboardData.files);
      }}
      onKeyDown={(event) => {
        // While an input method composes (Chinese, Japanese), Enter and arrows are its own.
        if (event.nativeEvent.isComposing) return;
        if (onKey?.(event) === true) return;
        if (event.key !== 'Enter' || event.shiftKey || !hasKeyboard) return;
        event.preventDefault();
        onSend();
      }}
      className="field-sizing-content max-h-40 min-h-11 w-full min-w-0 flex-1 resize-none rounded-lg border border-edge bg-raised px-3 py-2 text-base placeholder:text-muted disabled:cursor-not-allowed disabled:bg-canvas disabled:opacity-60"
    />
  );
}
