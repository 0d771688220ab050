import { useTranslation } from 'react-i18next';

/**
 * The locale for dates and times: the reader's own variety of the page's language where there is one, since a British
 * reader and an American one write a time differently.
 */
export function formatLocale(language: string, wanted: readonly string[]): string {
  const primary = language.split('-')[0];
  return wanted.find((tag) => tag.split('-')[0] === primary) ?? language;
}

export function useFormatLocale(): string {
  const { i18n } = useTranslation();
  return formatLocale(i18n.language, navigator.languages);
}
