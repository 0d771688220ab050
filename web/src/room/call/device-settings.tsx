import './texts.ts';
import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceKind } from '../../../../src/client/call/index.ts';
import { Button } from '../../ui/button.tsx';
import { Switch } from '../../ui/switch.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useCallPhase, useCallView, useDescribe } from './call-context.tsx';
import { DeviceChoice } from './device-choice.tsx';
import { DeviceError } from './device-error.ts';
import { useMirror } from './preferences.ts';
import { theDevices } from './the-devices.ts';

const KINDS = ['camera', 'microphone', 'speaker'] as const;

/** Which camera, microphone and speaker, and whether one sees oneself as in a mirror. */
export function DeviceSettings() {
  const { t } = useTranslation();
  const [mirrored, setMirrored] = useMirror();
  const phase = useCallPhase();
  const say = useDescribe();
  const [devices] = useState(theDevices);
  const camera = useCallView((view) => view.self.camera, null);
  const microphone = useCallView((view) => view.self.microphone, null);
  const tracks = { camera, microphone, speaker: null };
  const { microphones, speakers, canChooseSpeaker } = useSyncExternalStore(
    devices.subscribe,
    () => devices.state,
  );
  const tell = (work: Promise<unknown>) => void work.catch((error: unknown) => toast(say(error)));
  const choose = (kind: DeviceKind, id: string) => {
    if (kind === 'speaker' || phase.at !== 'on') devices.choose(kind, id);
    else tell(phase.sending.use(kind, id));
  };
  // Browsers name what there is only after they have given something, which nobody need hear.
  const ask = async () => {
    const { track, failure } = await devices.openMicrophone();
    track?.stop();
    if (failure !== null) throw new DeviceError('microphone', failure);
  };
  const isUnnamed = microphones.length === 0 || (canChooseSpeaker && speakers.length === 0);
  return (
    <div className="flex flex-col gap-4">
      {KINDS.map((kind) => (
        <DeviceChoice
          key={kind}
          devices={devices}
          kind={kind}
          track={tracks[kind]}
          onChoose={(id) => choose(kind, id)}
        />
      ))}
      {isUnnamed ? (
        <div className="flex flex-col items-start gap-2">
          <p className="text-sm text-muted">{t('call.device.unknown')}</p>
          <Button onClick={() => tell(ask())}>{t('call.device.ask')}</Button>
        </div>
      ) : null}
      {canChooseSpeaker ? null : <p className="text-sm text-muted">{t('call.device.noSpeaker')}</p>}
      <Switch label={t('call.mirror')} checked={mirrored} onChange={setMirrored} />
      <p className="text-sm text-muted">{t('call.device.stays')}</p>
    </div>
  );
}
