import '../texts.ts';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '../../../ui/toasts.tsx';
import { useFileUploads } from '../../files/use-file-uploads.ts';
import { useRoom, useView } from '../../room-context.tsx';
import { KeptItem } from './kept-item.tsx';
import { useKept } from './use-kept.ts';

/** Recordings that this browser has and their meeting has not, and what becomes of them: of this meeting, or of a room that one comes from. */
export function KeptStrip() {
  const { t } = useTranslation();
  const code = useView((view) => view.room.code);
  const room = useRoom();
  const shelf = useFileUploads();
  const kept = useKept().filter(({ meeting, isOwn }) => meeting === code || isOwn);
  const cut = kept.find(({ isCut }) => isCut)?.key ?? null;
  // It may be in the files, and gone from here, before anybody has read it.
  const sayCut = useEffectEvent(() => toast(t('call.kept.cut')));
  useEffect(() => {
    if (cut !== null) sayCut();
  }, [cut]);
  const place = useRef<HTMLDivElement>(null);
  return (
    <div ref={place} tabIndex={-1} className="shrink-0">
      {kept.length === 0 ? null : (
        <section
          aria-label={t('call.kept.title')}
          className="max-h-48 overflow-y-auto border-b border-line bg-warn-soft px-4"
        >
          <ul className="divide-y divide-line">
            {kept.map((recording) => (
              <KeptItem
                key={recording.key}
                recording={recording}
                onPress={() => place.current?.focus()}
                {...(recording.meeting === code ? { home: { room, shelf } } : {})}
              />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
