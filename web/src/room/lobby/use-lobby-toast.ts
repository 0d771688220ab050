import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '../../ui/toasts.tsx';
import { useRoom } from '../room-context.tsx';

/** ms for which arrivals are gathered into one note. */
const GATHER = 1_000;

/** Tells a host, without a sound, that somebody has come to the lobby. */
export function useLobbyToast(): void {
  const { t } = useTranslation();
  const room = useRoom();
  useEffect(() => {
    let names: string[] = [];
    // Who drops and comes back is told of again, and is no news.
    const known = new Set(room.state.lobby.map(({ id }) => id));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      const [name = '', ...others] = names;
      const count = others.length;
      toast(count === 0 ? t('lobby.arrived', { name }) : t('lobby.arrivedMore', { name, count }));
      names = [];
      timer = undefined;
    };
    const forget = room.on('lobby.left', ({ member }) => known.delete(member));
    const stop = room.on('lobby.joined', ({ waiting }) => {
      if (known.has(waiting.id)) return;
      known.add(waiting.id);
      names.push(waiting.name);
      timer ??= setTimeout(flush, GATHER);
    });
    return () => {
      stop();
      forget();
      clearTimeout(timer);
    };
  }, [room, t]);
}
