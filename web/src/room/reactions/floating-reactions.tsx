import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNameOf, useRoom } from '../room-context.tsx';
import { type Float, withReaction } from './floats.ts';

/** ms for which a reaction is shown after the last of its kind. */
const SHOWN_FOR = 4_000;

/** Reactions over the conversation. Who asked for less motion sees them come and go without any. */
export function FloatingReactions() {
  const { t, i18n } = useTranslation();
  const room = useRoom();
  const nameOf = useNameOf();
  const [floats, setFloats] = useState<readonly Float[]>([]);
  useEffect(() => {
    const timers = new Map<string, ReturnType<typeof setTimeout>>();
    const stop = room.on('reaction.sent', (event) => {
      const { emoji } = event;
      clearTimeout(timers.get(emoji));
      timers.set(
        emoji,
        setTimeout(() => setFloats((now) => now.filter((float) => float.emoji !== emoji)), SHOWN_FOR),
      );
      setFloats((now) => withReaction(now, event));
    });
    return () => {
      stop();
      for (const timer of timers.values()) clearTimeout(timer);
    };
  }, [room]);
  const namesOf = ({ members }: Float) =>
    new Intl.ListFormat(i18n.language, { type: 'unit', style: 'short' }).format(
      members.slice(0, 3).map((id) => nameOf(id) ?? t('chat.somebody')),
    );
  return (
    <ul
      aria-live="polite"
      aria-label={t('reactions.shown')}
      className="pointer-events-none absolute right-3 bottom-2 flex max-w-[60%] flex-col items-end gap-1"
    >
      {floats.map((float) => (
        <li
          key={float.emoji}
          className="reaction-rise flex max-w-full items-center gap-2 rounded-full border border-line bg-raised px-3 py-1 text-sm shadow-lg"
        >
          <span className="text-lg">{float.emoji}</span>
          {float.count > 1 ? <span className="font-semibold">{float.count}</span> : null}
          <span className="truncate text-muted">{namesOf(float)}</span>
        </li>
      ))}
    </ul>
  );
}
