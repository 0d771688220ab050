import { CircleDot } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { later } from '../../../ui/later.tsx';
import { useNameOf, useView } from '../../room-context.tsx';
import { recordingsOf } from '../../storage.ts';
import { useOwner } from './owner.ts';
import { useRecordedBy } from './use-recorded-by.ts';

const KeptStrip = later(async () => (await import('./kept-strip.tsx')).KeptStrip);

/** Says who records, to everybody in the room; read aloud when it begins. And what this browser has that the room has not. */
export function RecordingBanner() {
  const { t } = useTranslation();
  const by = useRecordedBy();
  const self = useView((view) => view.self.id);
  const nameOf = useNameOf();
  const owner = useOwner();
  return (
    <>
      <div role="status">
        {by === null ? null : (
          <p className="flex items-start gap-2 bg-danger-soft px-4 py-1 text-sm text-danger">
            <CircleDot aria-hidden className="mt-0.5 size-4 shrink-0" />
            <span className="min-w-0 wrap-anywhere">
              {by === self
                ? t('call.recordingYou')
                : t('call.recordingBy', { name: nameOf(by) ?? t('moderation.aHost') })}
            </span>
          </p>
        )}
      </div>
      {/* The mark is set before the room tells that one records. */}
      {recordingsOf(owner).codes().length === 0 ? null : <KeptStrip />}
    </>
  );
}
