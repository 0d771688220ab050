import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Poll } from '../../../../src/client/index.ts';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useRoom } from '../room-context.tsx';

/** Your vote in an open poll; it may be changed, and taken back. */
export function VoteForm({ poll, own }: { poll: Poll; own: readonly number[] }) {
  const { t } = useTranslation();
  const name = useId();
  const room = useRoom();
  const [chosen, setChosen] = useState<readonly number[]>(own);
  const [busy, run] = useAction();
  const toggle = (option: number, on: boolean) => {
    if (!poll.multiple) setChosen([option]);
    else
      setChosen(on ? [...chosen, option].sort((a, b) => a - b) : chosen.filter((other) => other !== option));
  };
  const isChanged = chosen.join() !== own.join();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) void run(() => room.vote(poll.id, [...chosen]));
      }}
    >
      <fieldset className="min-w-0">
        <legend className="sr-only">{poll.question}</legend>
        {poll.options.map((option, index) => (
          <label key={option} className="flex min-h-tap cursor-pointer items-center gap-3 py-1">
            <input
              type={poll.multiple ? 'checkbox' : 'radio'}
              name={name}
              checked={chosen.includes(index)}
              onChange={(event) => toggle(index, event.target.checked)}
              className="size-5 shrink-0 accent-accent"
            />
            <span dir="auto" className="min-w-0 wrap-anywhere">
              {option}
            </span>
          </label>
        ))}
      </fieldset>
      <div className="mt-1 mb-3 flex flex-wrap items-center gap-2">
        <Button type="submit" kind="primary" busy={busy} disabled={!isChanged}>
          {t(own.length === 0 ? 'polls.vote' : 'polls.change')}
        </Button>
        {own.length === 0 ? null : (
          <Button kind="quiet" disabled={busy} onClick={() => void run(() => room.vote(poll.id, []))}>
            {t('polls.takeBack')}
          </Button>
        )}
        <span role="status" className="text-sm text-muted">
          {own.length > 0 && !isChanged ? t('polls.voted') : ''}
        </span>
      </div>
    </form>
  );
}
