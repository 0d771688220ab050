import { useTranslation } from 'react-i18next';
import { useNameOf } from '../room-context.tsx';

/** Names that are spelled out; of the others the number is told. */
const SPELLED_OUT = 3;

/** Puts members into one line. */
export function useNames(): (members: readonly string[]) => string {
  const { t, i18n } = useTranslation();
  const nameOf = useNameOf();
  return (members) => {
    const names = members.slice(0, SPELLED_OUT).map((id) => nameOf(id) ?? t('chat.somebody'));
    const more = members.length - names.length;
    return new Intl.ListFormat(i18n.language, { type: 'conjunction' }).format(
      more > 0 ? [...names, t('screening.others', { count: more })] : names,
    );
  };
}
