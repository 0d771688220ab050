import { useTranslation } from 'react-i18next';

/** How far something that is being sent has come, in bytes. */
export function Progress({ label, done, total }: { label: string; done: number; total: number }) {
  const { t } = useTranslation();
  const percent = total === 0 ? 0 : Math.floor((done / total) * 100);
  return (
    <>
      <progress
        aria-label={label}
        value={done}
        max={total}
        className="block h-2 w-full appearance-none overflow-hidden rounded-full bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent"
      />
      <p className="mt-1 text-sm text-muted">
        {percent < 100 ? t('image.percent', { percent }) : t('image.finishing')}
      </p>
    </>
  );
}
