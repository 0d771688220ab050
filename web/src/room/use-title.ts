import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoom, useView } from './room-context.tsx';

/** The document's title: the room, and how many messages came while nobody was looking. */
export function useTitle(): void {
  const { t } = useTranslation();
  const room = useRoom();
  const name = useView((view) => view.room.name);
  const [unread, setUnread] = useState(0);

  useEffect(() => {
    const count = () => {
      if (document.hidden) setUnread((before) => before + 1);
    };
    const look = () => {
      if (!document.hidden) setUnread(0);
    };
    document.addEventListener('visibilitychange', look);
    const stops = [room.on('chat.sent', count), room.on('image.shared', count)];
    return () => {
      document.removeEventListener('visibilitychange', look);
      for (const stop of stops) stop();
    };
  }, [room]);

  useEffect(() => {
    document.title = `${unread === 0 ? '' : `(${unread}) `}${name} · ${t('app.name')}`;
  }, [name, unread, t]);
}
