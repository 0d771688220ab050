import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { RoomEvent } from '../../../src/protocol/index.ts';
import { useSpoken } from '../ui/spoken.tsx';
import { useNoticeText } from './notice-text.ts';
import { useNotices, useRoom } from './room-context.tsx';

/** ms for which news are gathered before they are read aloud. */
const GATHER = 1_000;
/** Above this many at once only their number is said. */
const SINGLY = 3;

/** Reads new messages, comings and goings aloud to screen readers. Seen by nobody. */
export function LiveRegion() {
  const room = useRoom();
  const notices = useNotices();
  const noticeText = useNoticeText();
  const [spoken, speak] = useSpoken();
  const { t } = useTranslation();
  const waiting = useRef<{
    messages: string[];
    notices: string[];
    timer: ReturnType<typeof setTimeout> | undefined;
  }>({
    messages: [],
    notices: [],
    timer: undefined,
  });
  const lastNotice = useRef(notices.at(-1)?.id ?? 0);

  useEffect(() => {
    const queue = waiting.current;
    const flush = () => {
      const messages =
        queue.messages.length > SINGLY ? [t('live.many', { count: queue.messages.length })] : queue.messages;
      speak([...messages, ...queue.notices.slice(-SINGLY)].join(' '));
      queue.messages = [];
      queue.notices = [];
      queue.timer = undefined;
    };
    const say = (kind: 'messages' | 'notices', text: string) => {
      queue[kind].push(text);
      queue.timer ??= setTimeout(flush, GATHER);
    };
    for (const notice of notices) {
      if (notice.id <= lastNotice.current) continue;
      lastNotice.current = notice.id;
      say('notices', noticeText(notice));
    }
    const nameOf = (event: RoomEvent) => room.state.names.get(event.by ?? '') ?? t('chat.somebody');
    const hear = (event: RoomEvent) => {
      if (event.by === room.state.self.id) return;
      if (event.t === 'chat.sent' && event.body.kind === 'text')
        say(
          'messages',
          t(event.to === undefined ? 'live.message' : 'live.direct', {
            name: nameOf(event),
            text: event.body.text,
          }),
        );
      if (event.t === 'image.shared')
        say('messages', t('live.picture', { name: nameOf(event), caption: event.caption }));
      if (event.t === 'file.shared')
        say('messages', t('live.file', { name: nameOf(event), file: event.name }));
    };
    return room.on('event', hear);
  }, [room, notices, noticeText, speak, t]);

  useEffect(() => {
    const queue = waiting.current;
    return () => clearTimeout(queue.timer);
  }, []);

  return spoken;
}
