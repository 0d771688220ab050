import { MessageSquare, Video } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BarButton } from '../bar-button.tsx';
import { useRoom } from '../room-context.tsx';
import type { Face } from './use-face.ts';

/** Turns from picture to chat and back, with the number of messages that came meanwhile. */
export function FaceButton({ face, onTurn }: { face: Face; onTurn: (face: Face) => void }) {
  const { t } = useTranslation();
  const unread = useUnread(face === 'picture');
  return face === 'picture' ? (
    <BarButton
      icon={MessageSquare}
      label={t('chat.title')}
      word={t('chat.title')}
      tight
      count={unread}
      onClick={() => onTurn('chat')}
    />
  ) : (
    <BarButton
      icon={Video}
      label={t('bar.picture')}
      word={t('bar.picture')}
      tight
      onClick={() => onTurn('picture')}
    />
  );
}

/** How many messages of others have come since they were out of sight. */
function useUnread(hidden: boolean): number {
  const room = useRoom();
  const [count, setCount] = useState(0);
  useEffect(() => {
    setCount(0);
    if (!hidden) return;
    const add = ({ by }: { readonly by?: string | null }) => {
      if (by !== room.state.self.id) setCount((before) => before + 1);
    };
    const stops = [room.on('chat.sent', add), room.on('image.shared', add), room.on('file.shared', add)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [room, hidden]);
  return count;
}
