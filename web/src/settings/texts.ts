import i18next from 'i18next';
import en from './locales/en.json' with { type: 'json' };
import zhHans from './locales/zh-Hans.json' with { type: 'json' };

/* The texts of the settings. Whatever shows one of them is shown in what imports this file. */
i18next.addResourceBundle('en', 'translation', en, true);
i18next.addResourceBundle('zh-Hans', 'translation', zhHans, true);
