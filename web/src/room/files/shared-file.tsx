import type { RoomEvent } from '../../../../src/protocol/index.ts';
import { useFormatLocale } from '../../app/use-format-locale.ts';
import { later } from '../../ui/later.tsx';
import { formatSize } from './file-size.ts';

const FileWithActions = later(async () => (await import('./file-actions.tsx')).FileWithActions);

/** A file in the chat. What can be done with it is loaded with the first. */
export function SharedFile({ message }: { message: RoomEvent<'file.shared'> }) {
  const locale = useFormatLocale();
  return (
    <div className="mt-1 min-h-14 max-w-md rounded-xl border border-line bg-canvas p-2">
      <FileWithActions file={message}>
        <p className="text-sm text-muted">{formatSize(locale, message.size)}</p>
      </FileWithActions>
    </div>
  );
}
