import '../texts.ts';
import { useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { KeptItem } from './kept-item.tsx';
import { useKept } from './use-kept.ts';

/** Recordings that this browser alone has, outside of their meetings. */
export function KeptList() {
  const { t } = useTranslation();
  const title = useId();
  const kept = useKept();
  const place = useRef<HTMLDivElement>(null);
  return (
    <div ref={place} tabIndex={-1}>
      {kept.length === 0 ? null : (
        <section aria-labelledby={title} className="mt-6 rounded-2xl border border-line bg-surface p-6">
          <h2 id={title} className="text-lg font-semibold tracking-tight">
            {t('call.kept.title')}
          </h2>
          <p className="mt-1 text-sm text-muted">{t('call.kept.text')}</p>
          <ul className="mt-2 divide-y divide-line">
            {kept.map((recording) => (
              <KeptItem key={recording.key} recording={recording} onPress={() => place.current?.focus()} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
