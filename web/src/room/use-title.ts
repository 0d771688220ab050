import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setTitle } from '../app/title.ts';
import { toast } from '../ui/toasts.tsx';
import { useRoom, useView } from './room-context.tsx';

/**
 * The document's title: the room, and what happened while nobody was looking: that they were let in from the lobby,
 * and how many messages came.
 */
export function useTitle(letIn: boolean): void {
  const { t } = useTranslation();
  const room = useRoom();
  const name = useView((view) => view.room.name);
  const [unread, setUnread] = useState(0);
  const [news, setNews] = useState(letIn);

  const welcome = useEffectEvent(() => toast(t('lobby.letIn')));
  useEffect(() => {
    if (letIn) welcome();
  }, [letIn]);

  useEffect(() => {
    const count = () => {
      if (document.hidden) setUnread((before) => before + 1);
    };
    const look = () => {
      if (document.hidden) return;
      setUnread(0);
      setNews(false);
    };
    look();
    document.addEventListener('visibilitychange', look);
    const stops = [
      room.on('chat.sent', count),
      room.on('image.shared', count),
      room.on('file.shared', count),
    ];
    return () => {
      document.removeEventListener('visibilitychange', look);
      for (const stop of stops) stop();
    };
  }, [room]);

  useEffect(() => {
    setTitle(`${news ? `${t('lobby.letInMark')} · ` : ''}${name} · ${t('app.name')}`, unread);
  }, [name, unread, news, t]);
}
