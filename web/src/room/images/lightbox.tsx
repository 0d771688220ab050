import { useCallback, useEffect } from 'react';
import { useRoom, useView } from '../room-context.tsx';
import type { Large } from './large.ts';
import { PictureDialog } from './picture-dialog.tsx';
import type { AskUrl } from './use-image-url.ts';

/** A picture of the room, large. It closes by itself when the picture is removed. */
export function Lightbox({ shown, onClose }: { shown: Large | null; onClose: () => void }) {
  const room = useRoom();
  const messages = useView((view) => view.messages);
  const askUrl: AskUrl = useCallback((image) => room.imageUrl(image), [room]);
  const isRemoved =
    shown !== null &&
    !messages.some((message) => message.t === 'image.shared' && message.image === shown.image);
  useEffect(() => {
    if (isRemoved) onClose();
  }, [isRemoved, onClose]);
  return <PictureDialog shown={shown} askUrl={askUrl} onClose={onClose} />;
}
