import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Media } from '../../../../src/protocol/index.ts';
import { toast } from '../../ui/toasts.tsx';
import { useCallSession } from '../call/call-context.tsx';
import { useRoom } from '../room-context.tsx';
import { stoppedFor } from './stopped-for.ts';

/** Says what a host switched off for you, and to a host what became of a request. */
export function useModerationToasts(): void {
  const { t, i18n } = useTranslation();
  const room = useRoom();
  const session = useCallSession();
  const sayStopped = useEffectEvent((media: readonly Media[]) => {
    const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
    toast(t('moderation.stopped', { what: list.format(media.map((kind) => t(`media.${kind}`))) }));
  });
  const sayOutcome = useEffectEvent((outcome: Outcome, member: string, media: Media) => {
    const name = room.state.names.get(member) ?? t('chat.somebody');
    if (member !== room.state.self.id) toast(t(`moderation.${outcome}`, { name, what: t(`media.${media}`) }));
  });
  // Listens before any call of this room does, and so sees what is on before it is taken.
  useEffect(() => {
    const stops = [
      room.on('media.stopped', ({ members, media }) => {
        if (!members.includes(room.state.self.id)) return;
        const { phase } = session;
        const had = stoppedFor(phase.at === 'on' ? phase.call.state.self : null, media);
        if (had.length > 0) sayStopped(had);
      }),
      room.on('media.answered', ({ member, media, accepted }) =>
        sayOutcome(accepted ? 'accepted' : 'declined', member, media),
      ),
      room.on('media.lapsed', ({ member, media }) => sayOutcome('lapsed', member, media)),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [room, session]);
}

type Outcome = 'accepted' | 'declined' | 'lapsed';
