import { useTranslation } from 'react-i18next';

/** How far something has come, in bytes: a bar, and the share beside it. */
export function Progress({ label, done, total }: { label: string; done: number; total: number }) {
  const { t } = useTranslation();
  const percent = total === 0 ? 0 : Math.floor((done / total) * 100);
  return (
    <div className="flex items-center gap-2">
      <progress
        aria-label={label}
        value={done}
        max={total}
        className="block h-2 min-w-0 flex-1 appearance-none overflow-hidden rounded-full bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent"
      />
      <p className="shrink-0 text-sm whitespace-nowrap text-muted tabular-nums">
        {percent < 100 ? t('image.percent', { percent }) : t('image.finishing')}
      </p>
    </div>
  );
}
