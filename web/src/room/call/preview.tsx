import './texts.ts';
import { Camera, CameraOff, Mic, MicOff } from 'lucide-react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { type DeviceFailure, openMeter } from '../../../../src/client/call/index.ts';
import { BarButton } from '../bar-button.tsx';
import { Asking } from './asking.tsx';
import { DeviceChoice } from './device-choice.tsx';
import { DoorDevices } from './door-devices.ts';
import { handOver } from './held.ts';
import { useMirror } from './preferences.ts';
import { PreviewFrame } from './preview-frame.tsx';
import { theDevices } from './the-devices.ts';
import { Video } from './video.tsx';

const KINDS = ['microphone', 'camera'] as const;
const ICONS = {
  microphone: { on: Mic, off: MicOff },
  camera: { on: Camera, off: CameraOff },
} as const;

/** A text on a picture. */
const SAID = 'rounded-lg not-empty:bg-surface not-empty:px-2 not-empty:py-1';

type PreviewProps = {
  /** Its code. */
  meeting: string;
  /** As they are called there. */
  name: string;
  /** It was opened by a button that is gone: the first one here takes the focus. */
  focused: boolean;
  /** Where the choice among devices stands: it comes with what the browser allows, and is to move nothing above it. */
  below: HTMLElement | null;
};

/** How one will be seen and heard, before anybody does. Nothing is opened before it is asked for. */
export function Preview({ meeting, name, focused, below }: PreviewProps) {
  const { t, i18n } = useTranslation();
  const [devices] = useState(theDevices);
  const [door] = useState(() => new DoorDevices(devices, meeting));
  const known = useSyncExternalStore(devices.subscribe, () => devices.state);
  const { wish, tracks, failures, opening } = useSyncExternalStore(door.subscribe, () => door.view);
  const [mirrored] = useMirror();
  const bar = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    door.begin();
    return () => handOver(door.close());
  }, [door]);
  useEffect(() => {
    if (focused) bar.current?.querySelector('button')?.focus();
  }, [focused]);
  const { camera, microphone } = tracks;
  const said = new Map<DeviceFailure, string[]>();
  for (const kind of KINDS) {
    const failure = wish[kind] && !opening.has(kind) ? (failures[kind] ?? known.failures[kind]) : null;
    if (failure !== null) said.set(failure, [...(said.get(failure) ?? []), t(`media.${kind}`)]);
  }
  return (
    <PreviewFrame line={microphone === null ? null : <Level track={microphone} />}>
      {camera === null ? null : (
        <Video
          track={camera}
          label={name.trim() === '' ? t('call.ownPicture') : t('call.pictureOf', { name })}
          fit="cover"
          mirrored={mirrored}
        />
      )}
      {/* What is said comes and goes. In the picture it moves nothing that is about to be pressed. */}
      <div className="relative flex flex-col items-center justify-center gap-2 p-2 pb-16 text-center text-sm">
        {camera === null && !opening.has('camera') && said.size === 0 ? (
          <p className="text-muted">{t('call.cameraIsOff')}</p>
        ) : null}
        <div role="status" className={SAID}>
          <Asking kinds={opening} />
        </div>
        <div role="alert" className={SAID}>
          {Array.from(said, ([failure, names]) => (
            <p key={failure} className="text-danger">
              {t(`call.failure.${failure}`, { what: new Intl.ListFormat(i18n.language).format(names) })}
            </p>
          ))}
        </div>
      </div>
      <div className="absolute inset-x-0 bottom-2 flex justify-center">
        <span ref={bar} className="flex gap-1 rounded-xl bg-surface p-1 shadow-lg">
          {KINDS.map((kind) => {
            const isOn = wish[kind] && (tracks[kind] !== null || opening.has(kind));
            return (
              <BarButton
                key={kind}
                icon={ICONS[kind][isOn ? 'on' : 'off']}
                label={t(`media.${kind}`)}
                aria-pressed={isOn}
                onClick={() => door.press(kind)}
              />
            );
          })}
        </span>
      </div>
      {below === null
        ? null
        : createPortal(
            <>
              {KINDS.map((kind) =>
                wish[kind] ? (
                  <DeviceChoice
                    key={kind}
                    devices={devices}
                    kind={kind}
                    track={tracks[kind]}
                    least={2}
                    onChoose={(id) => door.choose(kind, id)}
                  />
                ) : null,
              )}
              <DeviceChoice
                devices={devices}
                kind="speaker"
                least={2}
                onChoose={(id) => devices.choose('speaker', id)}
              />
            </>,
            below,
          )}
    </PreviewFrame>
  );
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
    <>
      <span>{t('call.level')}</span>
      <div data-level className="h-2 flex-1 overflow-hidden rounded-full border border-line bg-canvas">
        <div
          ref={bar}
          style={{ transform: 'scaleX(0)' }}
          className="h-full w-full origin-left rounded-full bg-accent"
        />
      </div>
    </>
  );
}
