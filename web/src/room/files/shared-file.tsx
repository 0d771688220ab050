import type { RoomEvent } from '../../../../src/protocol/index.ts';
import { useFormatLocale } from '../../app/use-format-locale.ts';
import { FileWithActions } from './file-actions.tsx';
import { formatSize } from './file-size.ts';

/** A file in the chat. */
export function SharedFile({ message }: { message: RoomEvent<'file.shared'> }) {
  const locale = useFormatLocale();
  return (
    <div className="mt-1 max-w-md rounded-xl border border-line bg-canvas p-2">
      <FileWithActions file={message}>
        <p className="text-sm text-muted">{formatSize(locale, message.size)}</p>
      </FileWithActions>
    </div>
  );
}
