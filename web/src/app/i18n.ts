import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type people from '../people/locales/en.json';
import type screening from '../room/screening/locales/en.json';
import en from './locales/en.json' with { type: 'json' };
import zhHans from './locales/zh-Hans.json' with { type: 'json' };

declare module 'i18next' {
  interface CustomTypeOptions {
    /** Those of people and of watching are added when somebody needs them; see people/texts.ts, room/screening/texts.ts. */
    resources: { translation: typeof en & typeof people & typeof screening };
  }
}

/** The languages of the page, each by its own name. */
export const LANGUAGES = { en: 'English', 'zh-Hans': '简体中文' } as const;
export type Language = keyof typeof LANGUAGES;

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
  const stored = localStorage.getItem(STORAGE_KEY);
  return isLanguage(stored) ? stored : null;
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(STORAGE_KEY, language);
  void i18next.changeLanguage(language);
}

export async function startI18n(): Promise<void> {
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language;
  });
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: en }, 'zh-Hans': { translation: zhHans } },
    lng: storedLanguage() ?? pickLanguage(navigator.languages),
    fallbackLng: 'en',
    interpolation: { escapeValue: false },
  });
}
