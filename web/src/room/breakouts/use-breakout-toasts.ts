import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '../../ui/toasts.tsx';
import { useRoom } from '../room-context.tsx';

/** Says what a host says to all rooms, and that everybody is called back. */
export function useBreakoutToasts(): void {
  const { t } = useTranslation();
  const room = useRoom();
  useEffect(() => {
    const stops = [
      room.on('room.announced', ({ text, from, by }) => {
        if (by !== room.state.self.id) toast(text, from ?? t('moderation.aHost'));
      }),
      room.on('breakout.closing', () => toast(t('breakouts.closing'))),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [room, t]);
}
