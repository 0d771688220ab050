import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceKind, Devices } from '../../../../src/client/call/index.ts';
import { Select } from '../../ui/select.tsx';

const LISTS = { camera: 'cameras', microphone: 'microphones', speaker: 'speakers' } as const;

type DeviceChoiceProps = {
  devices: Devices;
  kind: DeviceKind;
  /** What is on: which one it is where none was chosen. */
  track?: MediaStreamTrack | null;
  /** With fewer than these there is nothing to choose, and nothing is shown. */
  least?: number;
  onChoose: (id: string) => void;
};

/** The devices of one kind. */
export function DeviceChoice({ devices, kind, track = null, least = 1, onChoose }: DeviceChoiceProps) {
  const { t } = useTranslation();
  const state = useSyncExternalStore(devices.subscribe, () => devices.state);
  const found = state[LISTS[kind]];
  if (found.length < least || (kind === 'speaker' && !state.canChooseSpeaker)) return null;
  const wanted = state.chosen[kind] ?? track?.getSettings().deviceId;
  const chosen = found.find(({ id }) => id === wanted) ?? found[0];
  return (
    <Select
      label={t(`call.device.${kind}`)}
      value={chosen?.id ?? ''}
      onChange={({ target }) => onChoose(target.value)}
    >
      {found.map(({ id, label }, index) => (
        <option key={id} value={id}>
          {label === '' ? t('call.device.unnamed', { number: index + 1 }) : label}
        </option>
      ))}
    </Select>
  );
}
