import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../../src/protocol/index.ts';
import { LANGUAGES, pickLanguage } from '../../../web/src/app/i18n.ts';
import en from '../../../web/src/app/locales/en.json';
import zhHans from '../../../web/src/app/locales/zh-Hans.json';
import { formatLocale } from '../../../web/src/app/use-format-locale.ts';

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

describe('the texts', () => {
  test('have the same keys in every language', () => {
    expect(stems(zhHans)).toEqual(stems(en));
    expect(stems(en).length).toBeGreaterThan(100);
  });

  test('have every plural form that their language needs', () => {
    for (const [language, texts] of Object.entries({ en, 'zh-Hans': zhHans })) {
      const keys = [...flatten(texts).keys()];
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      for (const plural of new Set(keys.filter((key) => key !== stem(key)).map(stem)))
        for (const form of forms) expect(keys).toContain(`${plural}_${form}`);
    }
  });

  test('name the same values in every language', () => {
    const english = flatten(en);
    for (const [key, text] of flatten(zhHans)) {
      const original = english.get(key);
      if (original !== undefined)
        expect({ key, in: placeholders(text) }).toEqual({ key, in: placeholders(original) });
    }
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
