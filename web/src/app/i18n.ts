import i18next, { type ResourceKey } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type people from '../people/locales/en.json';
import type call from '../room/call/locales/en.json';
import type host from '../room/host/locales/en.json';
import type screening from '../room/screening/locales/en.json';
import { kept } from '../room/storage.ts';
import type settings from '../settings/locales/en.json';
import { loadPart } from './load-part.ts';
import type en from './locales/en.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    /** Those of people, calls and the like are added when somebody needs them; see each texts.ts. */
    resources: {
      translation: typeof en & typeof people & typeof call & typeof host & typeof screening & typeof settings;
    };
  }
}

/** The languages of the page, each by its own name. */
export const LANGUAGES = { en: 'English', 'zh-Hans': '简体中文' } as const;
export type Language = keyof typeof LANGUAGES;

/** The texts of a language are loaded when it is spoken. */
const TEXTS: Readonly<Record<Language, () => Promise<{ readonly default: ResourceKey }>>> = {
  en: () => import('./locales/en.json'),
  'zh-Hans': () => import('./locales/zh-Hans.json'),
};

const STORAGE_KEY = 'parley.language';

export const isLanguage = (text: string | null): text is Language =>
  text !== null && Object.hasOwn(LANGUAGES, text);

/** The first of the reader's languages (BCP 47) that the page speaks; English where it speaks none of them. */
export function pickLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'zh') return 'zh-Hans';
    if (primary === 'en') return 'en';
  }
  return 'en';
}

function storedLanguage(): Language | null {
  const stored = kept.getItem(STORAGE_KEY);
  return isLanguage(stored) ? stored : null;
}

/** Speaks another language from now on. Rejects where its texts can't be loaded; then all stays as it is. */
export async function chooseLanguage(language: Language): Promise<void> {
  const { default: texts } = await loadPart(TEXTS[language]);
  kept.setItem(STORAGE_KEY, language);
  i18next.addResourceBundle(language, 'translation', texts, true);
  await i18next.changeLanguage(language);
}

/** Resolves when the page has words. Parts of it may bring theirs before. */
export async function startI18n(): Promise<void> {
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language;
  });
  const language = storedLanguage() ?? pickLanguage(navigator.languages);
  const started = i18next.use(initReactI18next).init({
    resources: {},
    lng: language,
    // Every language has every text; a test sees to it.
    fallbackLng: false,
    interpolation: { escapeValue: false },
  });
  const { default: texts } = await TEXTS[language]();
  await started;
  i18next.addResourceBundle(language, 'translation', texts, true);
}
