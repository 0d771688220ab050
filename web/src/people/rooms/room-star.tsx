import { Star } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useAction } from '../../ui/use-action.ts';
import { useMedia } from '../../ui/use-media.ts';
import { useInbox, useInboxView } from '../inbox-context.ts';

/** Keeps the room among the favourites, or no longer: a star in the header of a room, a line with words elsewhere. */
export function RoomStar({ code, name }: { code: string; name: string }) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const isKept = useInboxView(({ favourites }) =>
    favourites.some(({ kind, id }) => kind === 'room' && id === code),
  );
  const [busy, run] = useAction();
  const wide = useMedia('(min-width: 48rem)');
  const label = t('mine.star');
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={isKept}
      title={t(isKept ? 'mine.unstar' : 'mine.star')}
      disabled={busy}
      onClick={() =>
        void run(() =>
          isKept
            ? inbox.removeFavourite('room', code)
            : inbox.addFavourite({ kind: 'room', id: code, title: name }),
        )
      }
      className={`inline-flex h-tap shrink-0 items-center gap-2 self-start rounded-lg text-sm font-medium enabled:hover:bg-accent-soft ${wide ? 'w-10 justify-center' : 'border border-edge px-4'}`}
    >
      <Star aria-hidden className={`size-5 ${isKept ? 'fill-current text-accent' : 'text-muted'}`} />
      {wide ? null : label}
    </button>
  );
}
