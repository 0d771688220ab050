import { useTranslation } from 'react-i18next';
import { useCan, useNameOf, useView } from '../room-context.tsx';
import type { Draft } from './use-draft.ts';

interface Recipient {
  /** Of a private message; null: it goes to everybody. */
  readonly name: string | null;
  readonly allowed: boolean;
  /** Why not, or what is possible instead, as a key of the texts. */
  readonly reason:
    | 'chat.locked'
    | 'chat.directOnly'
    | 'chat.lockedDirect'
    | 'chat.lockedDirectToo'
    | 'chat.recipientGone'
    | 'chat.viewer'
    | 'tools.askOnly'
    | 'tools.askViewer'
    | 'tools.askLocked'
    | 'tools.askFirst'
    | null;
}

/** Whether what is being written may go to whom it is meant for. */
export function useRecipient({ to }: Draft): Recipient {
  const { t } = useTranslation();
  const nameOf = useNameOf();
  const mayChat = useCan('chat');
  const mayDirect = useCan('direct');
  const mayAsk = useCan('ask');
  const isViewer = useView((view) => view.self.role === 'viewer');
  // In a large room not everybody is known; then the server has to say.
  const isGone = useView(
    ({ members, count }) => to !== null && to !== 'hosts' && !members.has(to) && members.size >= count,
  );
  if (to === null) {
    const alone = isViewer ? 'chat.viewer' : 'chat.locked';
    const asking = mayDirect ? 'tools.askFirst' : isViewer ? 'tools.askViewer' : 'tools.askOnly';
    const reason = mayAsk ? asking : mayDirect ? 'chat.directOnly' : alone;
    return { name: null, allowed: mayChat, reason: mayChat ? null : reason };
  }
  if (to === 'hosts')
    return { name: t('chat.theHosts'), allowed: mayAsk, reason: mayAsk ? null : 'tools.askLocked' };
  // What was meant for one person never goes to everybody by itself.
  if (isGone) return { name: nameOf(to), allowed: false, reason: 'chat.recipientGone' };
  const reason = mayChat ? 'chat.lockedDirect' : isViewer ? 'chat.viewer' : 'chat.lockedDirectToo';
  return { name: nameOf(to), allowed: mayDirect, reason: mayDirect ? null : reason };
}
