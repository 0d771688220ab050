import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { RoomEvent } from '../../../src/protocol/index.ts';
import { isLookedAt, notify } from '../alerts/notify.ts';
import { heard } from '../alerts/preferences.ts';
import { playTone, TONE_NAMES, type Tone } from '../alerts/tones.ts';
import { type Alert, alertOf } from './alerts.ts';
import { useRoom } from './room-context.tsx';

/** ms within which one tone is enough, whatever else happens. */
const GATHER = 700;

/** Lets what happens be heard, and has the system tell it while the page is away. */
export function useAlerts(): void {
  const { t } = useTranslation();
  const room = useRoom();
  useEffect(() => {
    let waiting: Tone | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      if (waiting !== null) playTone(waiting);
      waiting = null;
      timer = undefined;
    };
    const sound = ({ tone, away }: Alert) => {
      if (!heard[tone].get() || (away && isLookedAt())) return;
      if (waiting === null || TONE_NAMES.indexOf(tone) > TONE_NAMES.indexOf(waiting)) waiting = tone;
      timer ??= setTimeout(flush, GATHER);
    };
    const words = (event: RoomEvent): string | null => {
      const name = room.state.names.get(event.by ?? '') ?? t('chat.somebody');
      switch (event.t) {
        case 'chat.sent':
          if (event.body.kind !== 'text') return null;
          return event.to === undefined
            ? t('live.message', { name, text: event.body.text })
            : t('live.private', { name });
        case 'image.shared':
          return t('live.picture', { name, caption: event.caption });
        case 'file.shared':
          return t('live.file', { name, file: event.name });
        case 'member.joined':
          return t('notice.joined', { names: event.member.name });
        case 'lobby.joined':
          return t('lobby.arrived', { name: event.waiting.name });
        case 'hand.raised':
          return t('hands.raised', { name: room.state.names.get(event.member) ?? t('chat.somebody') });
        case 'hand.called':
          return t('hands.yourTurn');
        default:
          return null;
      }
    };
    const stop = room.on('event', (event) => {
      const alert = alertOf(event, room.state);
      if (alert === null) return;
      sound(alert);
      const text = words(event);
      const { name: title, code } = room.state.room;
      if (text !== null) notify({ title, text, of: code });
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [room, t]);
}
