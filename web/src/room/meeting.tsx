import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Settings } from '../settings/settings.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { later, laterDialog } from '../ui/later.tsx';
import { useKeepPage } from '../ui/use-keep-page.ts';
import { useMedia } from '../ui/use-media.ts';
import { WaitingArea, type WaitingProps } from '../ui/waiting.tsx';
import { BreakoutBar } from './breakouts/breakout-bar.tsx';
import { CallDialog } from './breakouts/call-dialog.tsx';
import { useBreakoutToasts } from './breakouts/use-breakout-toasts.ts';
import { CallProvider, useCallPhase } from './call/call-context.tsx';
import { FaceButton } from './call/face-button.tsx';
import { PlainCallBar } from './call/media-buttons.tsx';
import { RecordingBanner } from './call/recording/recording-banner.tsx';
import { useFace } from './call/use-face.ts';
import { useShortcuts } from './call/use-shortcuts.ts';
import { ChatPanel } from './chat/chat-panel.tsx';
import { useDraft } from './chat/use-draft.ts';
import { ConnectionBanner } from './connection/banner.tsx';
import { EndingBanner } from './connection/ending-banner.tsx';
import { useHandToasts } from './hands/use-hand-toasts.ts';
import { RoomHeader } from './header.tsx';
import { LiveRegion } from './live-region.tsx';
import { useLobbyToast } from './lobby/use-lobby-toast.ts';
import { MeetingBar } from './meeting-bar.tsx';
import { useModerationToasts } from './moderation/use-moderation-toasts.ts';
import { useIsHost, useView } from './room-context.tsx';
import { RosterPanel } from './roster/roster-panel.tsx';
import { useShown } from './screening/use-shown.ts';
import { useAlerts } from './use-alerts.ts';
import { useTitle } from './use-title.ts';

/** Nobody but those who watch loads it. */
const Screening = later(
  async () => (await import('./screening/screening-view.tsx')).default,
  (props) => <WaitingArea title="watch.title" {...props} />,
);
/** Nobody but those who take part in picture and sound. */
const Stage = later(async () => (await import('./call/stage.tsx')).default, StageWaiting);
const DeviceSettings = later(async () => (await import('./call/device-settings.tsx')).DeviceSettings);
const MediaRequest = laterDialog(async () => (await import('./moderation/media-request.tsx')).MediaRequest);
const HostPanel = laterDialog(async () => (await import('./host/host-panel.tsx')).HostPanel);
const LobbySheet = laterDialog(async () => (await import('./lobby/lobby-sheet.tsx')).LobbySheet);
const InviteDialog = laterDialog(async () => (await import('./invite/invite-dialog.tsx')).InviteDialog);

type Sheet = 'people' | 'host' | 'invite' | 'lobby' | null;

type MeetingProps = {
  newHostKey: string | null;
  onHostKeySeen: () => void;
  /** They come from the lobby. */
  letIn: boolean;
};

export function Meeting(props: MeetingProps) {
  return (
    <CallProvider>
      <InMeeting {...props} />
    </CallProvider>
  );
}

function InMeeting({ newHostKey, onHostKeySeen, letIn }: MeetingProps) {
  const { t } = useTranslation();
  const isHost = useIsHost();
  const isAsked = useView((view) => view.requests.some(({ member }) => member === view.self.id));
  const wide = useMedia('(min-width: 48rem)');
  const [watching, watch] = useShown();
  const phase = useCallPhase();
  const calling = phase.at === 'on';
  useEffect(() => {
    if (phase.at === 'coming') void Stage.prepare();
  }, [phase.at]);
  const hasPicture = watching || calling;
  // Picture and chat leave room for the people beside them on a large screen only.
  const aside = useMedia(`(min-width: ${hasPicture ? 80 : 48}rem)`);
  const [face, turn] = useFace(wide || !calling, phase.at === 'on' && phase.came);
  const [sheet, setSheet] = useState<Sheet>(newHostKey === null ? null : 'invite');
  const draft = useDraft();
  useTitle(letIn);
  useAlerts();
  useKeepPage();
  useLobbyToast();
  useHandToasts();
  useBreakoutToasts();
  useModerationToasts();
  const toChat = () => {
    turn('chat');
    draft.focus();
  };
  useShortcuts(toChat);

  const close = () => {
    setSheet(null);
    onHostKeySeen();
  };
  const writeTo = (member: string) => {
    setSheet(null);
    draft.setTo(member);
    toChat();
  };

  const bar = (
    <MeetingBar
      watching={watching}
      wide={wide}
      onWatch={watch}
      calling={calling}
      centered={face === 'picture'}
    />
  );

  return (
    <div className="safe-area flex h-dvh flex-col overflow-hidden">
      <RoomHeader wide={wide} aside={aside} onOpen={setSheet} />
      <ConnectionBanner />
      <EndingBanner />
      <RecordingBanner />
      <BreakoutBar />
      <div className={`relative flex min-h-0 flex-1 ${wide ? '' : 'flex-col'}`}>
        {hasPicture ? (
          // The chat is what the page is for, except while it is out of sight.
          <div
            {...(face === 'picture' ? { role: 'main' } : {})}
            className={`flex min-h-0 min-w-0 flex-col ${wide || face === 'picture' ? 'flex-1' : ''}`}
          >
            {calling ? (
              <Stage
                strip={watching || face === 'chat'}
                more={face === 'both' ? null : <FaceButton face={face} onTurn={turn} />}
              />
            ) : null}
            {watching && face !== 'chat' ? <Screening onClose={() => watch(false)} /> : null}
            {face === 'picture' ? bar : null}
          </div>
        ) : null}
        {/* Out of sight it keeps its size, and with it the place to which it was read. */}
        <div
          className={`flex min-w-0 ${face === 'picture' ? 'invisible absolute inset-0' : 'min-h-0'} ${hasPicture && wide ? 'w-80 shrink-0 border-l border-line xl:w-88 2xl:w-96' : 'flex-1'}`}
        >
          <ChatPanel draft={draft} bar={face === 'picture' ? null : bar} reactions={!hasPicture} />
        </div>
        {aside ? (
          <aside
            aria-label={t('roster.title')}
            className={`flex shrink-0 flex-col border-l border-line bg-surface ${hasPicture ? 'w-64 2xl:w-80' : 'w-72 lg:w-80'}`}
          >
            <RosterPanel onWriteTo={writeTo} />
          </aside>
        ) : null}
      </div>
      <LiveRegion />
      <MediaRequest open={isAsked} />
      <CallDialog />
      {aside ? null : (
        <Dialog place="sheet" title={t('roster.title')} open={sheet === 'people'} onClose={close}>
          <div className="-mx-4 flex flex-col">
            <RosterPanel onWriteTo={writeTo} />
          </div>
        </Dialog>
      )}
      {isHost ? <HostPanel open={sheet === 'host'} onClose={close} /> : null}
      {isHost ? <LobbySheet open={sheet === 'lobby'} onClose={close} /> : null}
      <Settings>
        <DeviceSettings />
      </Settings>
      <InviteDialog open={sheet === 'invite'} onClose={close} hostKey={newHostKey} />
    </div>
  );
}

/** They may be heard while the call is not shown, and can see to it that they are not, and write. */
function StageWaiting({ of, ...props }: WaitingProps & { of: { more?: ReactNode } }) {
  return (
    <>
      <WaitingArea title="call.start" {...props} />
      <PlainCallBar more={of.more} />
    </>
  );
}
