import i18next from 'i18next';
import en from './locales/en.json' with { type: 'json' };
import zhHans from './locales/zh-Hans.json' with { type: 'json' };

/*
 * The texts of people, chats, groups and calls, for those who are logged in: guests need not load them. Whatever
 * shows one of them imports this file, directly or by what it is shown in.
 */
i18next.addResourceBundle('en', 'translation', en, true);
i18next.addResourceBundle('zh-Hans', 'translation', zhHans, true);
