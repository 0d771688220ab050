import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { RoomEvent } from '../../../src/protocol/index.ts';
import { isLookedAt, notify } from '../alerts/notify.ts';
import { heard } from '../alerts/preferences.ts';
import { playTone } from '../alerts/tones.ts';
import { useSpoken } from '../ui/spoken.tsx';
import { useInbox } from './inbox-context.ts';

/** ms for which messages are gathered before they are read aloud. */
const GATHER = 1_000;
/** Above this many at once only their number is said. */
const SINGLY = 3;

/** Reads direct messages aloud to screen readers as they come, and lets them be heard while one looks elsewhere. Seen by nobody. */
export function Announcer() {
  const { t } = useTranslation();
  const inbox = useInbox();
  const [spoken, speak] = useSpoken();
  const queue = useRef<string[]>([]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      const texts = queue.current;
      queue.current = [];
      timer = undefined;
      speak(texts.length > SINGLY ? t('direct.announceMany', { count: texts.length }) : texts.join(' '));
    };
    const stop = inbox.on('direct.sent', (event: RoomEvent<'direct.sent'>) => {
      if (event.from === inbox.state.self.id || event.body.kind === 'deleted') return;
      const name = inbox.state.people.get(event.from)?.name ?? t('chat.somebody');
      const text =
        event.body.kind === 'image'
          ? t('direct.announcePicture', { name })
          : t('direct.announce', { name, text: event.body.text });
      queue.current.push(text);
      if (heard.message.get() && !isLookedAt()) playTone('message');
      notify({ title: t('app.people'), text: t('live.private', { name }), of: event.from });
      timer ??= setTimeout(flush, GATHER);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [inbox, speak, t]);
  return spoken;
}
