import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { TransferProgress } from '../../../../src/client/index.ts';
import { useFormatLocale } from '../../app/use-format-locale.ts';
import { Progress } from '../../ui/progress.tsx';
import { formatSize, timeLeft } from './file-size.ts';

const LEFT = {
  seconds: 'files.leftSeconds',
  minutes: 'files.leftMinutes',
  hours: 'files.leftHours',
} as const;

/** How far something is: a bar, and bytes, rate and time left in words. */
export function Transfer({ label, progress }: { label: string; progress: TransferProgress }) {
  const { t } = useTranslation();
  const locale = useFormatLocale();
  const { stage, done, total, rate, left } = progress;
  const time = left === null ? null : timeLeft(left);
  const about =
    stage === 'reading'
      ? [t('files.reading')]
      : stage === 'finishing'
        ? []
        : [
            t('files.of', { done: formatSize(locale, done), total: formatSize(locale, total) }),
            ...(rate === null || rate === 0 ? [] : [t('files.rate', { size: formatSize(locale, rate) })]),
            ...(time === null ? [] : [t(LEFT[time.key], { count: time.count })]),
          ];
  return (
    <>
      <Progress label={label} done={done} total={total} />
      {about.length === 0 ? null : (
        <p className="text-sm text-muted tabular-nums">
          {about.map((part, index) => (
            <Fragment key={part}>
              {index === 0 ? '' : ' · '}
              <span className="whitespace-nowrap">{part}</span>
            </Fragment>
          ))}
        </p>
      )}
    </>
  );
}
