import './texts.ts';
import { Camera, CameraOff, Mic, MicOff } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { type Devices, openMeter } from '../../../../src/client/call/index.ts';
import { BarButton } from '../bar-button.tsx';
import { DeviceChoice } from './device-choice.tsx';
import { loadDevices } from './devices.ts';
import { useMirror } from './preferences.ts';
import { Video } from './video.tsx';
import { keepWish, readWish, type Wish } from './wish.ts';

type Kind = 'camera' | 'microphone';
const KINDS = ['microphone', 'camera'] as const;
const ICONS = {
  microphone: { on: Mic, off: MicOff },
  camera: { on: Camera, off: CameraOff },
} as const;

/** How one will be seen and heard, before anybody does. Nothing is opened before it is asked for. */
export default function Preview({ meeting, name }: { meeting: string; name: string }): ReactNode {
  const { t } = useTranslation();
  const [devices, setDevices] = useState<Devices | null>(null);
  useEffect(() => {
    void loadDevices().then(setDevices, () => {});
  }, []);
  return devices === null ? (
    <p role="status" className="text-sm text-muted">
      {t('call.coming')}
    </p>
  ) : (
    <Picture devices={devices} meeting={meeting} name={name} />
  );
}

function firstWish(meeting: string): Wish {
  const wish = readWish(meeting);
  return wish === null || wish === 'left' ? { microphone: false, camera: false } : wish;
}

function Picture({ devices, meeting, name }: { devices: Devices; meeting: string; name: string }) {
  const { t } = useTranslation();
  const { chosen, failures } = useSyncExternalStore(devices.subscribe, () => devices.state);
  const [wish, setWish] = useState<Wish>(() => firstWish(meeting));
  // What failed is tried once more when its button is pressed again.
  const [attempt, setAttempt] = useState(0);
  const camera = useDevice(devices, 'camera', wish.camera, `${chosen.camera} ${attempt}`);
  const microphone = useDevice(devices, 'microphone', wish.microphone, `${chosen.microphone} ${attempt}`);
  const [mirrored] = useMirror();
  const press = (kind: Kind) => {
    if (wish[kind] && failures[kind] !== null) return setAttempt(attempt + 1);
    const next = { ...wish, [kind]: !wish[kind] };
    setWish(next);
    keepWish(meeting, next.camera || next.microphone ? next : null);
  };
  return (
    <div className="flex flex-col gap-2">
      <div className="relative aspect-video overflow-hidden rounded-xl border border-line bg-canvas">
        {camera === null ? (
          <p className="absolute inset-0 flex items-center justify-center p-4 pb-16 text-center text-sm text-muted">
            {t('call.cameraIsOff')}
          </p>
        ) : (
          <Video
            track={camera}
            label={name.trim() === '' ? t('call.ownPicture') : t('call.pictureOf', { name })}
            fit="cover"
            mirrored={mirrored}
          />
        )}
        <div className="absolute inset-x-0 bottom-2 flex justify-center">
          <span className="flex gap-1 rounded-xl bg-surface p-1 shadow-lg">
            {KINDS.map((kind) => {
              const isOn = wish[kind] && failures[kind] === null;
              return (
                <BarButton
                  key={kind}
                  icon={ICONS[kind][isOn ? 'on' : 'off']}
                  label={t(`media.${kind}`)}
                  aria-pressed={isOn}
                  onClick={() => press(kind)}
                />
              );
            })}
          </span>
        </div>
      </div>
      {microphone === null ? null : <Level track={microphone} />}
      <div role="alert">
        {KINDS.map((kind) => {
          const failure = wish[kind] ? failures[kind] : null;
          return failure === null ? null : (
            <p key={kind} className="text-sm text-danger">
              {t(`call.failure.${failure}`, { what: t(`media.${kind}`) })}
            </p>
          );
        })}
      </div>
      {KINDS.map((kind) =>
        wish[kind] ? (
          <DeviceChoice
            key={kind}
            devices={devices}
            kind={kind}
            least={2}
            onChoose={(id) => devices.choose(kind, id)}
          />
        ) : null,
      )}
    </div>
  );
}

/** The track of a device while it is wanted; let go when it is not, when it has ended, or when this goes away. */
function useDevice(devices: Devices, kind: Kind, wanted: boolean, which: string): MediaStreamTrack | null {
  const [track, setTrack] = useState<MediaStreamTrack | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another one was chosen, or it is tried again: `which`.
  useEffect(() => {
    if (!wanted) return;
    let isOver = false;
    let mine: MediaStreamTrack | null = null;
    const opened = kind === 'camera' ? devices.openCamera() : devices.openMicrophone();
    void opened.then((result) => {
      mine = result.track;
      if (isOver) return mine?.stop();
      mine?.addEventListener('ended', () => setTrack(null));
      setTrack(mine);
    });
    return () => {
      isOver = true;
      mine?.stop();
      setTrack(null);
    };
  }, [devices, kind, wanted, which]);
  return track;
}

/** How loud one is, as it is heard: that something moves is all one wants to know. */
function Level({ track }: { track: MediaStreamTrack }) {
  const { t } = useTranslation();
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const meter = openMeter(track);
    let frame = 0;
    const draw = () => {
      bar.current?.style.setProperty('transform', `scaleX(${Math.min(1, meter.level() * 3)})`);
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => {
      cancelAnimationFrame(frame);
      meter.close();
    };
  }, [track]);
  return (
    <div className="flex items-center gap-2 text-sm text-muted">
      <span>{t('call.level')}</span>
      <div data-level className="h-2 flex-1 overflow-hidden rounded-full border border-line bg-canvas">
        <div
          ref={bar}
          style={{ transform: 'scaleX(0)' }}
          className="h-full w-full origin-left rounded-full bg-accent"
        />
      </div>
    </div>
  );
}
