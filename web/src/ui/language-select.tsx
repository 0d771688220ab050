import { useTranslation } from 'react-i18next';
import { chooseLanguage, isLanguage, LANGUAGES } from '../app/i18n.ts';
import { useChanges } from './use-action.ts';

export function LanguageSelect() {
  const { t, i18n } = useTranslation();
  const change = useChanges();
  return (
    <select
      aria-label={t('app.language')}
      className="min-h-10 min-w-0 rounded-lg border border-transparent bg-transparent px-2 text-sm text-muted hover:border-edge"
      value={i18n.language}
      onChange={(event) => {
        const language = event.target.value;
        if (isLanguage(language)) void change(() => chooseLanguage(language));
      }}
    >
      {Object.entries(LANGUAGES).map(([language, name]) => (
        <option key={language} value={language} lang={language} className="bg-surface text-ink">
          {name}
        </option>
      ))}
    </select>
  );
}
