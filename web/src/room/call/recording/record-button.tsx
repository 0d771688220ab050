import { CircleDot, CircleStop } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { toast } from '../../../ui/toasts.tsx';
import { BarButton } from '../../bar-button.tsx';
import { useIsHost } from '../../room-context.tsx';
import { useDescribe, useRecorder, useRecorderState } from '../call-context.tsx';
import { useRecordedBy } from './use-recorded-by.ts';

/** Begins to record, or ends it; for hosts. */
export function RecordButton() {
  const { t } = useTranslation();
  const recorder = useRecorder();
  const state = useRecorderState();
  const say = useDescribe();
  const isHost = useIsHost();
  const isRecorded = useRecordedBy() !== null;
  if (!isHost) return null;
  const press = () =>
    void (isRecorded ? recorder.stop() : recorder.start()).catch((error: unknown) => toast(say(error)));
  return (
    <BarButton
      icon={isRecorded ? CircleStop : CircleDot}
      label={t(isRecorded ? 'call.recordStop' : 'call.record')}
      word={t(isRecorded ? 'call.recordStopWord' : 'bar.record')}
      tight
      aria-pressed={isRecorded}
      disabled={state === 'starting' || state === 'saving'}
      onClick={press}
    />
  );
}
