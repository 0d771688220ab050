import { CircleDot } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNameOf, useView } from '../../room-context.tsx';

/** Says who records, to everybody in the room; read aloud when it begins. */
export function RecordingBanner() {
  const { t } = useTranslation();
  const recording = useView((view) => view.call.recording);
  const self = useView((view) => view.self.id);
  const nameOf = useNameOf();
  return (
    <div role="status">
      {recording === null ? null : (
        <p className="flex items-start gap-2 bg-danger-soft px-4 py-1 text-sm text-danger">
          <CircleDot aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span className="min-w-0 wrap-anywhere">
            {recording.by === self
              ? t('call.recordingYou')
              : t('call.recordingBy', { name: nameOf(recording.by) ?? t('moderation.aHost') })}
          </span>
        </p>
      )}
    </div>
  );
}
