import { CircleDot, CircleStop } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { toast } from '../../../ui/toasts.tsx';
import { BarButton } from '../../bar-button.tsx';
import { useIsHost, useView } from '../../room-context.tsx';
import { useDescribe, useRecorder, useRecorderState } from '../call-context.tsx';

/** Begins to record, or ends it; for hosts. */
export function RecordButton() {
  const { t } = useTranslation();
  const recorder = useRecorder();
  const state = useRecorderState();
  const say = useDescribe();
  const isHost = useIsHost();
  const isRecorded = useView((view) => view.call.recording !== null);
  if (!isHost) return null;
  const press = () =>
    void (isRecorded ? recorder.stop() : recorder.start()).catch((error: unknown) => toast(say(error)));
  return (
    <BarButton
      icon={isRecorded ? CircleStop : CircleDot}
      label={t(isRecorded ? 'call.recordStop' : 'call.record')}
      aria-pressed={isRecorded}
      disabled={state === 'starting' || state === 'saving'}
      onClick={press}
    />
  );
}
