import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '../../ui/toasts.tsx';
import { useRoom } from '../room-context.tsx';

/** Says what a host switched off for you, and to a host what became of a request. */
export function useModerationToasts(): void {
  const { t, i18n } = useTranslation();
  const room = useRoom();
  useEffect(() => {
    const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
    const nameOf = (member: string) => room.state.names.get(member) ?? t('chat.somebody');
    const stops = [
      room.on('media.stopped', ({ members, media }) => {
        if (!members.includes(room.state.self.id)) return;
        toast(t('moderation.stopped', { what: list.format(media.map((kind) => t(`media.${kind}`))) }));
      }),
      room.on('media.answered', ({ member, media, accepted }) => {
        if (member === room.state.self.id) return;
        const values = { name: nameOf(member), what: t(`media.${media}`) };
        toast(accepted ? t('moderation.accepted', values) : t('moderation.declined', values));
      }),
      room.on('media.lapsed', ({ member, media }) => {
        if (member !== room.state.self.id)
          toast(t('moderation.lapsed', { name: nameOf(member), what: t(`media.${media}`) }));
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [room, t, i18n.language]);
}
