import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormatLocale } from '../../app/use-format-locale.ts';
import { Progress } from '../../ui/progress.tsx';
import { useNameOf, useView } from '../room-context.tsx';
import { formatSize } from './file-size.ts';

/** What others are sending, as far as they let it be seen. */
export function OthersUploads() {
  const { t } = useTranslation();
  const locale = useFormatLocale();
  const nameOf = useNameOf();
  const self = useView((view) => view.self.id);
  const uploads = useView((view) => view.files.uploads);
  const others = useMemo(
    () =>
      [...uploads].flatMap(([member, told]) =>
        member === self ? [] : told.uploads.map((upload) => ({ member, ...upload })),
      ),
    [uploads, self],
  );
  if (others.length === 0) return null;
  return (
    <ul aria-label={t('files.others')} className="flex flex-col gap-2 pb-2">
      {others.map(({ member, upload, name, size, received }) => {
        const sender = nameOf(member) ?? t('chat.somebody');
        return (
          <li key={upload} className="rounded-lg border border-line p-2">
            <p className="mb-1 text-sm wrap-anywhere">
              {t('files.sends', { name: sender })} <bdi className="font-medium">{name}</bdi>{' '}
              <span className="whitespace-nowrap text-muted">{formatSize(locale, size)}</span>
            </p>
            <Progress label={t('files.progressOf', { name, sender })} done={received} total={size} />
          </li>
        );
      })}
    </ul>
  );
}
