import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { NoticeContent } from './activity.ts';

/** Names that are spelled out in one line; of the others the number is told. */
const SPELLED_OUT = 3;

/** Puts a notice into words. */
export function useNoticeText(): (notice: NoticeContent) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    (notice) => {
      const list = (parts: readonly string[]) =>
        new Intl.ListFormat(i18n.language, { type: 'unit', style: 'short' }).format(parts);
      switch (notice.kind) {
        case 'joined':
        case 'left':
        case 'lost':
        case 'sentOut':
        case 'putOut':
        case 'enrolled':
        case 'ceased': {
          const names = list(notice.names.slice(0, SPELLED_OUT));
          const count = notice.names.length - SPELLED_OUT;
          return count > 0
            ? t(`notice.${notice.kind}More`, { names, count })
            : t(`notice.${notice.kind}`, { names });
        }
        case 'renamed':
          return t('notice.renamed', { was: notice.was, name: notice.name });
        case 'role':
          return t('notice.role', { role: t(`role.${notice.role}`) });
        case 'roomRenamed':
        case 'called':
        case 'newHost':
          return t(`notice.${notice.kind}`, { name: notice.name });
        case 'pollOpened':
        case 'pollClosed':
          return t(`notice.${notice.kind}`, { question: notice.question });
        case 'announced':
          return t('notice.announced', {
            from: notice.from === '' ? t('moderation.aHost') : notice.from,
            text: notice.text,
          });
        default:
          return t(`notice.${notice.kind}`, {
            what: list(notice.permissions.map((permission) => t(`permission.${permission}`))),
          });
      }
    },
    [t, i18n.language],
  );
}
