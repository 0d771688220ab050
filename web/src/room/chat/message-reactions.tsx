import { useTranslation } from 'react-i18next';
import { useAction } from '../../ui/use-action.ts';
import { useCan, useNameOf, useRoom, useView } from '../room-context.tsx';

/** People who are named when a reaction is looked at closely. */
const NAMED = 10;

/** What was put to a message; pressing one puts it, too, or takes your own back. */
export function MessageReactions({ message }: { message: number }) {
  const { t, i18n } = useTranslation();
  const room = useRoom();
  const reactions = useView((view) => view.reactions.get(message));
  const devices = useView((view) => view.devices);
  const mayReact = useCan('react');
  const nameOf = useNameOf();
  const [busy, run] = useAction();
  if (reactions === undefined) return null;
  const list = new Intl.ListFormat(i18n.language, { type: 'unit', style: 'short' });
  return (
    <ul aria-label={t('tools.reactions')} className="mt-1 flex flex-wrap gap-1">
      {Object.entries(reactions).map(([emoji, members]) => {
        const isOwn = members.some((id) => devices.has(id));
        const names = list.format(members.slice(0, NAMED).map((id) => nameOf(id) ?? t('chat.somebody')));
        return (
          <li key={emoji}>
            <button
              type="button"
              title={names}
              aria-label={t('tools.reaction', { emoji, count: members.length, names })}
              aria-pressed={isOwn}
              disabled={busy || (!mayReact && !isOwn)}
              onClick={() => void run(() => room.reactTo(message, emoji, !isOwn))}
              className="flex min-h-8 items-center pointer-coarse:min-h-10 gap-1 rounded-full border border-line bg-raised px-2 text-sm enabled:hover:bg-accent-soft aria-pressed:border-accent aria-pressed:bg-accent-soft"
            >
              {`${emoji} ${members.length}`}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
