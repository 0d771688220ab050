import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Poll } from '../../../../src/client/index.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useIsHost, useRoom, useView } from '../room-context.tsx';
import { PollResults } from './poll-results.tsx';
import { PollVoters } from './poll-voters.tsx';
import { VoteForm } from './vote-form.tsx';

const NOTHING: readonly number[] = [];

/** One poll: the question, your vote while it is open, and the result where you may see it. */
export function PollCard({ poll }: { poll: Poll }) {
  const { t } = useTranslation();
  const id = useId();
  const isHost = useIsHost();
  const isViewer = useView(({ self }) => self.role === 'viewer');
  const own = useView((view) => view.polls.own.get(poll.id)) ?? NOTHING;
  const isOpen = poll.closedAt === null;
  const seesCounts = poll.results === 'open' || !isOpen || isHost;
  const about = [
    t(isOpen ? 'polls.isOpen' : 'polls.isClosed'),
    ...(poll.multiple ? [t('polls.isMultiple')] : []),
    t(poll.named ? 'polls.isNamed' : 'polls.isSecret'),
    ...(poll.results === 'hidden' && isOpen ? [t('polls.isHidden')] : []),
  ];
  return (
    <article
      aria-labelledby={id}
      className="border-t border-line py-4 first-of-type:border-t-0 first-of-type:pt-0"
    >
      <h3 id={id} dir="auto" className="text-base font-semibold wrap-anywhere">
        {poll.question}
      </h3>
      <p className="mb-2 text-sm text-muted">{about.join(' · ')}</p>
      {isOpen && !isViewer ? <VoteForm key={own.join()} poll={poll} own={own} /> : null}
      {seesCounts ? <PollResults poll={poll} own={own} /> : null}
      {seesCounts && poll.named ? <PollVoters poll={poll} /> : null}
      {isHost ? <HostActions poll={poll} isOpen={isOpen} /> : null}
    </article>
  );
}

function HostActions({ poll, isOpen }: { poll: Poll; isOpen: boolean }) {
  const { t } = useTranslation();
  const room = useRoom();
  const [asking, setAsking] = useState(false);
  const [busy, run] = useAction();
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      {isOpen ? (
        <Button busy={busy} onClick={() => void run(() => room.closePoll(poll.id))}>
          {t('polls.close')}
        </Button>
      ) : null}
      <Button kind="quiet" disabled={busy} onClick={() => setAsking(true)}>
        {t('polls.remove')}
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t('polls.removeAsk')}
        text={t('polls.removeText')}
        action={t('polls.remove')}
        busy={busy}
        onConfirm={() => void run(() => room.removePoll(poll.id)).then(() => setAsking(false))}
      />
    </div>
  );
}
