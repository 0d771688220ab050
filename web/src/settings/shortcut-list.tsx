import { useTranslation } from 'react-i18next';
import { ACTIONS, KEYS } from '../room/call/shortcuts.ts';

/** The keys, and what each does. */
export function ShortcutList() {
  const { t } = useTranslation();
  return (
    <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2 text-sm">
      {ACTIONS.map((action) => (
        <div key={action} className="contents">
          <dt>
            <kbd className="inline-block min-w-8 rounded-md border border-edge px-2 py-0.5 text-center font-mono text-xs">
              {KEYS[action] === ' ' ? t('settings.key.space') : KEYS[action].toUpperCase()}
            </kbd>
          </dt>
          <dd>{t(`settings.key.${action}`)}</dd>
        </div>
      ))}
    </dl>
  );
}
