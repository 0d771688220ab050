import { Hand } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useView } from '../room-context.tsx';

/** Shows beside a name that this hand is up, and how many are before it. */
export function HandMark({ member }: { member: string }) {
  const { t } = useTranslation();
  const place = useView((view) => view.hands.findIndex((hand) => hand.member === member) + 1);
  if (place === 0) return null;
  return (
    <span title={t('hands.up', { place })} className="flex shrink-0 items-center text-sm text-accent">
      <Hand aria-hidden className="size-4" />
      <span aria-hidden>{place}</span>
      <span className="sr-only">{t('hands.up', { place })}</span>
    </span>
  );
}
