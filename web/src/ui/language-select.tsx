import { Languages } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, isLanguage, LANGUAGES } from '../app/i18n.ts';
import { useChanges } from './use-action.ts';

export function LanguageSelect() {
  const { t, i18n } = useTranslation();
  const change = useChanges();
  return (
    // On a phone the picture stands for it, and the list of languages is the browser's all the same.
    <span className="relative flex shrink-0 items-center justify-center rounded-lg hover:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent max-sm:size-tap">
      <Languages aria-hidden className="size-5 sm:hidden" />
      <select
        aria-label={t('app.language')}
        title={t('app.language')}
        className="min-h-tap rounded-lg bg-transparent px-2 text-sm text-muted outline-none max-sm:absolute max-sm:inset-0 max-sm:w-full max-sm:opacity-0"
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
    </span>
  );
}
