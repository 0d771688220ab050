import {
  Camera,
  CameraOff,
  Headphones,
  Mic,
  MicOff,
  Phone,
  PhoneOff,
  ScreenShare,
  ScreenShareOff,
} from 'lucide-react';
import type { MouseEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallSelf } from '../../../../src/client/call/index.ts';
import type { Media } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { toast } from '../../ui/toasts.tsx';
import { BarButton } from '../bar-button.tsx';
import { useCan, useView } from '../room-context.tsx';
import { useCallPhase, useCallSession, useCallView, useDescribe } from './call-context.tsx';
import { SENT } from './tiles.ts';

const ICONS = {
  microphone: { on: Mic, off: MicOff },
  camera: { on: Camera, off: CameraOff },
  screen: { on: ScreenShare, off: ScreenShareOff },
} as const;

const IS_ON: Readonly<Record<Media, (self: CallSelf) => boolean>> = {
  microphone: ({ microphone, muted }) => microphone !== null && !muted,
  camera: ({ camera }) => camera !== null,
  screen: ({ screen }) => screen !== null,
};

/** Switches for what you send. */
export function MediaButtons() {
  return SENT.map((media) => <MediaButton key={media} media={media} />);
}

/**
 * Pressed by a pointer a button gives the keys back: the space bar, held to talk, would press it again when let go. Pressed by a key
 * it may be gone with what it does.
 */
function useLetGo(name: string): (event: MouseEvent<HTMLElement>) => void {
  const session = useCallSession();
  return ({ detail, currentTarget }) => (detail > 0 ? currentTarget.blur() : session.standOn(name));
}

function MediaButton({ media }: { media: Media }) {
  const { t } = useTranslation();
  const session = useCallSession();
  const letGo = useLetGo(media);
  const allowed = useCan(media);
  const say = useDescribe();
  const on = useCallView((view) => IS_ON[media](view.self), false);
  const canShare = typeof navigator.mediaDevices?.getDisplayMedia === 'function';
  if (media === 'screen' && !canShare) return null;
  const what = t(`media.${media}`);
  const label = allowed || on ? what : t('media.locked', { what });
  return (
    <BarButton
      icon={on ? ICONS[media].on : ICONS[media].off}
      label={label}
      word={what}
      tight
      data-media={media}
      aria-pressed={on}
      disabled={!allowed && !on}
      onClick={(event) => {
        letGo(event);
        void session.toggle(media).catch((error: unknown) => toast(say(error)));
      }}
    />
  );
}

export function LeaveButton() {
  const { t } = useTranslation();
  const session = useCallSession();
  const letGo = useLetGo('enter');
  return (
    <BarButton
      icon={PhoneOff}
      label={t('call.leave')}
      word={t('call.leave')}
      tight
      onClick={(event) => {
        letGo(event);
        session.leave();
      }}
    />
  );
}

/** What nobody may be without who is heard, where the call itself is not shown. */
export function PlainCallBar({ more }: { more: ReactNode }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t('door.preview')} className="flex justify-center gap-1 p-2">
      <MediaButtons />
      <LeaveButton />
      {more}
    </section>
  );
}

/** The way into the call for those who are not in it: with picture and sound where they begin it, as a listener where others are there. */
export function EnterButton() {
  const { t } = useTranslation();
  const session = useCallSession();
  const { at } = useCallPhase();
  const self = useView((view) => view.self.id);
  const calls = useView((view) => view.calls);
  const wish = { microphone: useCan('microphone'), camera: useCan('camera') };
  const say = useDescribe();
  const letGo = useLetGo('microphone');
  const others = Array.from(calls.keys()).filter((member) => member !== self).length;
  if (at === 'on' || (others === 0 && !wish.microphone && !wish.camera)) return null;
  const enter = () => (others > 0 ? session.listen() : session.start(wish));
  return (
    <Button
      kind="primary"
      icon={others > 0 ? Headphones : Phone}
      className="sm:me-2"
      data-media="enter"
      aria-busy={at === 'coming'}
      onClick={(event) => {
        letGo(event);
        void enter().catch((error: unknown) => toast(say(error)));
      }}
    >
      {others > 0 ? t('call.join', { count: others }) : t('call.start')}
    </Button>
  );
}
