import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '../../ui/toasts.tsx';
import { useIsHost, useRoom } from '../room-context.tsx';

/** Says it to whoever is called on, and tells hosts of hands that go up. */
export function useHandToasts(): void {
  const { t } = useTranslation();
  const room = useRoom();
  const isHost = useIsHost();
  useEffect(() => {
    const stops = [
      room.on('hand.called', ({ member }) => {
        if (member === room.state.self.id) toast(t('hands.yourTurn'));
      }),
      room.on('hand.raised', ({ member }) => {
        const name = room.state.names.get(member);
        if (isHost && member !== room.state.self.id && name !== undefined) toast(t('hands.raised', { name }));
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [room, isHost, t]);
}
