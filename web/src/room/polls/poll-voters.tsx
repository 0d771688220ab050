import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Poll } from '../../../../src/client/index.ts';
import type { CommandResult } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useRoom } from '../room-context.tsx';

type Page = CommandResult<'poll.votes'>;

/** Who chose what in a poll with names, as it was when it was asked. */
export function PollVoters({ poll }: { poll: Poll }) {
  const { t } = useTranslation();
  const room = useRoom();
  const [page, setPage] = useState<Page | null>(null);
  const [busy, run] = useAction();
  const load = async (after?: string) => {
    const next = await room.pollVotes(poll.id, after);
    setPage((before) =>
      after === undefined ? next : { ...next, votes: [...(before?.votes ?? []), ...next.votes] },
    );
  };
  const next = page?.next ?? null;
  return (
    <div className="mt-2">
      {page === null ? null : (
        <ul aria-label={t('polls.who')} className="mb-2 text-sm">
          {page.votes.map(({ member, name, options }) => (
            <li key={member} className="py-1 wrap-anywhere">
              <span className="font-medium">{name === '' ? t('chat.somebody') : name}</span>
              {': '}
              {options.map((option) => poll.options[option] ?? '').join(', ')}
            </li>
          ))}
          {page.votes.length === 0 ? <li className="text-muted">{t('polls.nobody')}</li> : null}
        </ul>
      )}
      <div className="flex flex-wrap gap-2">
        <Button busy={busy} onClick={() => void run(() => load())}>
          {t(page === null ? 'polls.who' : 'polls.whoAgain')}
        </Button>
        {next === null ? null : (
          <Button busy={busy} onClick={() => void run(() => load(next))}>
            {t('polls.more')}
          </Button>
        )}
      </div>
    </div>
  );
}
