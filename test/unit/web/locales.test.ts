import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../../src/protocol/index.ts';
import { LANGUAGES, pickLanguage } from '../../../web/src/app/i18n.ts';
import en from '../../../web/src/app/locales/en.json';
import zhHans from '../../../web/src/app/locales/zh-Hans.json';
import { formatLocale } from '../../../web/src/app/use-format-locale.ts';
import peopleEn from '../../../web/src/people/locales/en.json';
import peopleZhHans from '../../../web/src/people/locales/zh-Hans.json';
import callEn from '../../../web/src/room/call/locales/en.json';
import callZhHans from '../../../web/src/room/call/locales/zh-Hans.json';
import hostEn from '../../../web/src/room/host/locales/en.json';
import hostZhHans from '../../../web/src/room/host/locales/zh-Hans.json';
import screeningEn from '../../../web/src/room/screening/locales/en.json';
import screeningZhHans from '../../../web/src/room/screening/locales/zh-Hans.json';
import settingsEn from '../../../web/src/settings/locales/en.json';
import settingsZhHans from '../../../web/src/settings/locales/zh-Hans.json';

type Texts = { readonly [key: string]: string | Texts };

/** Each text by its whole key. */
function flatten(texts: Texts, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') flat.set(prefix + key, value);
    else for (const [below, text] of flatten(value, `${prefix}${key}.`)) flat.set(below, text);
  }
  return flat;
}

/** A language has the plural forms it needs; as a key they are one. */
const stem = (key: string): string => key.replace(/_(zero|one|two|few|many|other)$/, '');
const stems = (texts: Texts): string[] => [...new Set([...flatten(texts).keys()].map(stem))].sort();
const placeholders = (text: string): string[] => (text.match(/{{\w+}}/g) ?? []).sort();

/** What everybody loads, what only those do who are logged in, and what those do who watch together, are in the call, or set something. */
const ALL = [
  { en, 'zh-Hans': zhHans },
  { en: peopleEn, 'zh-Hans': peopleZhHans },
  { en: screeningEn, 'zh-Hans': screeningZhHans },
  { en: callEn, 'zh-Hans': callZhHans },
  { en: hostEn, 'zh-Hans': hostZhHans },
  { en: settingsEn, 'zh-Hans': settingsZhHans },
] as const;

describe.each(ALL)('the texts', (texts) => {
  test('have the same keys in every language', () => {
    expect(stems(texts['zh-Hans'])).toEqual(stems(texts.en));
    expect(stems(texts.en).length).toBeGreaterThan(20);
  });

  test('have every plural form that their language needs', () => {
    for (const [language, spoken] of Object.entries(texts)) {
      const keys = [...flatten(spoken).keys()];
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      for (const plural of new Set(keys.filter((key) => key !== stem(key)).map(stem)))
        for (const form of forms) expect(keys).toContain(`${plural}_${form}`);
    }
  });

  test('name the same values in every language', () => {
    const english = flatten(texts.en);
    for (const [key, text] of flatten(texts['zh-Hans'])) {
      const original = english.get(key);
      if (original !== undefined)
        expect({ key, in: placeholders(text) }).toEqual({ key, in: placeholders(original) });
    }
  });
});

describe('the texts that everybody loads', () => {
  test('share no key with those that are loaded later', () => {
    const later = new Set([peopleEn, screeningEn, callEn].flatMap((texts) => [...flatten(texts).keys()]));
    expect([...flatten(en).keys()].filter((key) => later.has(key))).toEqual([]);
  });

  test('have words for every error of the protocol', () => {
    expect(Object.keys(en.error)).toEqual(expect.arrayContaining([...ERROR_CODES]));
  });

  test('exist for every language on offer', () => {
    const folder = new URL('../../../web/src/app/locales/', import.meta.url);
    for (const language of Object.keys(LANGUAGES))
      expect(readFileSync(new URL(`${language}.json`, folder), 'utf8')).toContain('"app"');
  });
});

describe('dates and times', () => {
  test("are written as in the reader's variety of the language", () => {
    expect(formatLocale('en', ['de', 'en-GB', 'en-US'])).toBe('en-GB');
    expect(formatLocale('zh-Hans', ['en-GB'])).toBe('zh-Hans');
  });
});

describe('the language', () => {
  test("is the first of the reader's that the page speaks", () => {
    expect(pickLanguage(['fr-FR', 'zh-TW', 'en'])).toBe('zh-Hans');
    expect(pickLanguage(['de', 'en-GB', 'zh'])).toBe('en');
    expect(pickLanguage(['eng', 'fr'])).toBe('en');
    expect(pickLanguage([])).toBe('en');
  });
});
