import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { useIsHost, useView } from '../room-context.tsx';
import { PollCard } from './poll-card.tsx';
import { PollForm } from './poll-form.tsx';

/** All polls, the newest first; for hosts the way to a new one. */
export function PollsPanel() {
  const { t } = useTranslation();
  const isHost = useIsHost();
  const polls = useView((view) => view.polls.all);
  const [asking, setAsking] = useState(false);
  return (
    <>
      {isHost && asking ? (
        <PollForm onDone={() => setAsking(false)} />
      ) : isHost ? (
        <Button icon={Plus} className="mb-4" onClick={() => setAsking(true)}>
          {t('polls.ask')}
        </Button>
      ) : null}
      {polls.size === 0 ? <p className="text-sm text-muted">{t('polls.none')}</p> : null}
      {[...polls.values()].reverse().map((poll) => (
        <PollCard key={poll.id} poll={poll} />
      ))}
    </>
  );
}
