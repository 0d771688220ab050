import './texts.ts';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Devices } from '../../../../src/client/call/index.ts';
import { Switch } from '../../ui/switch.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useCallSession, useDescribe } from './call-context.tsx';
import { DeviceChoice } from './device-choice.tsx';
import { loadDevices } from './devices.ts';
import { useMirror } from './preferences.ts';

const KINDS = ['camera', 'microphone', 'speaker'] as const;

/** Which camera, microphone and speaker, and whether one sees oneself as in a mirror. */
export function DeviceSettings() {
  const { t } = useTranslation();
  const [mirrored, setMirrored] = useMirror();
  const session = useCallSession();
  const say = useDescribe();
  const [devices, setDevices] = useState<Devices | null>(null);
  useEffect(() => {
    void loadDevices().then(setDevices, () => {});
  }, []);
  return (
    <div className="flex flex-col gap-4">
      {devices === null
        ? null
        : KINDS.map((kind) => (
            <DeviceChoice
              key={kind}
              devices={devices}
              kind={kind}
              onChoose={(id) => void session.use(kind, id).catch((error: unknown) => toast(say(error)))}
            />
          ))}
      <Switch label={t('call.mirror')} checked={mirrored} onChange={setMirrored} />
    </div>
  );
}
