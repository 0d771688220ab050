import { Check } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Poll } from '../../../../src/client/index.ts';
import { useView } from '../room-context.tsx';
import { percent } from './read-options.ts';

/** How a poll stands. The bars are for the eye; each line says the same in words. */
export function PollResults({ poll, own }: { poll: Poll; own: readonly number[] }) {
  const { t } = useTranslation();
  const tally = useView((view) => view.polls.tallies.get(poll.id));
  const voters = tally?.voters ?? 0;
  return (
    <section aria-label={t('polls.result', { question: poll.question })}>
      <ul className="flex flex-col gap-2">
        {poll.options.map((option, index) => {
          const votes = tally?.counts[index] ?? 0;
          const share = percent(votes, voters);
          return (
            <li key={option}>
              <div className="flex items-baseline justify-between gap-3 text-sm">
                <span dir="auto" className="min-w-0 wrap-anywhere">
                  {option}
                  {own.includes(index) ? (
                    <>
                      <Check aria-hidden className="ml-1 inline size-4 text-accent" />
                      <span className="sr-only"> ({t('polls.yours')})</span>
                    </>
                  ) : null}
                </span>
                <span className="shrink-0 text-muted">{t('polls.share', { count: votes, share })}</span>
              </div>
              <div aria-hidden className="mt-1 h-2 overflow-hidden rounded-full bg-accent-soft">
                <div
                  className="h-full rounded-full bg-accent transition-[width] duration-300"
                  style={{ width: `${share}%` }}
                />
              </div>
            </li>
          );
        })}
      </ul>
      <p className="mt-2 text-sm text-muted">{t('polls.voters', { count: voters })}</p>
    </section>
  );
}
