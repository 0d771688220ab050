import { useTranslation } from 'react-i18next';

/** Characters left below which the number is shown. */
const COUNT_FROM = 200;

/** How many characters a message still has room for, once they become few. */
export function CharactersLeft({ left }: { left: number }) {
  const { t } = useTranslation();
  if (left >= COUNT_FROM) return null;
  return (
    <p role="status" className={`ml-auto ${left < 0 ? 'font-medium text-danger' : 'text-muted'}`}>
      {left < 0 ? t('chat.tooLong', { count: -left }) : t('chat.left', { count: left })}
    </p>
  );
}
