import { Volume2 } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallMember, Devices } from '../../../../src/client/call/index.ts';
import { Button } from '../../ui/button.tsx';
import { useCallPhase, useCallView } from './call-context.tsx';

const NOBODY: ReadonlyMap<string, CallMember> = new Map();

/** Plays what the others say, by the chosen speaker. Seen only where the browser waits for a press. */
export function Sounds() {
  const { t } = useTranslation();
  const phase = useCallPhase();
  const members = useCallView((view) => view.members, NOBODY);
  const [attempt, setAttempt] = useState(0);
  const [blocked, setBlocked] = useState(false);
  // Any press will do, wherever it is.
  useEffect(() => {
    if (!blocked) return;
    const again = () => {
      setBlocked(false);
      setAttempt((before) => before + 1);
    };
    window.addEventListener('click', again);
    window.addEventListener('keyup', again);
    return () => {
      window.removeEventListener('click', again);
      window.removeEventListener('keyup', again);
    };
  }, [blocked]);
  if (phase.at !== 'on') return null;
  const play = { devices: phase.devices, attempt, onBlocked: () => setBlocked(true) };
  return (
    <>
      {Array.from(members, ([id, { microphone, screenSound }]) => [
        microphone === null ? null : <Sound key={`${id} microphone`} track={microphone} {...play} />,
        screenSound === null ? null : <Sound key={`${id} screen`} track={screenSound} {...play} />,
      ])}
      {blocked ? (
        <div className="flex justify-center p-2">
          <Button kind="primary" icon={Volume2}>
            {t('call.hear')}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function Sound({
  track,
  devices,
  attempt,
  onBlocked,
}: {
  track: MediaStreamTrack;
  devices: Devices;
  attempt: number;
  onBlocked: () => void;
}) {
  const element = useRef<HTMLAudioElement>(null);
  const blocked = useEffectEvent(onBlocked);
  useEffect(() => {
    const audio = element.current;
    if (audio === null) return;
    audio.srcObject = new MediaStream([track]);
    const stop = devices.playOn(audio);
    return () => {
      stop();
      audio.srcObject = null;
    };
  }, [track, devices]);
  // Anew after each press: only then may it begin.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` is the press.
  useEffect(() => {
    void element.current?.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') blocked();
    });
  }, [track, attempt]);
  // biome-ignore lint/a11y/useMediaCaption: it is what people say at this moment.
  return <audio ref={element} className="hidden" />;
}
