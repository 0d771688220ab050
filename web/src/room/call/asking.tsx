import { useTranslation } from 'react-i18next';
import type { Kind } from './held.ts';
import { useLate } from './use-late.ts';

/** ms after which a device that is still not open has most likely to be allowed first. */
const AT_ONCE = 1_000;

/** Says which devices are still on their way: that it is perhaps the browser which waits for an answer. */
export function Asking({ kinds, className = '' }: { kinds: ReadonlySet<Kind>; className?: string }) {
  const { t, i18n } = useTranslation();
  const isLate = useLate(kinds.size > 0, AT_ONCE);
  if (!isLate) return null;
  const names = Array.from(kinds, (kind) => t(`media.${kind}`));
  const what = new Intl.ListFormat(i18n.language).format(names);
  return <p className={`text-center text-sm ${className}`}>{t('call.asking', { what })}</p>;
}
