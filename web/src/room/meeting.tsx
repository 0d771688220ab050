import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from '../app/errors.ts';
import { LazyPart, Part } from '../app/lazy-part.tsx';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useKeepPage } from '../ui/use-keep-page.ts';
import { useMedia } from '../ui/use-media.ts';
import { BreakoutBar } from './breakouts/breakout-bar.tsx';
import { CallDialog } from './breakouts/call-dialog.tsx';
import { useBreakoutToasts } from './breakouts/use-breakout-toasts.ts';
import { ChatPanel } from './chat/chat-panel.tsx';
import { useDraft } from './chat/use-draft.ts';
import { ConnectionBanner } from './connection/banner.tsx';
import { EndingBanner } from './connection/ending-banner.tsx';
import { useHandToasts } from './hands/use-hand-toasts.ts';
import { RoomHeader } from './header.tsx';
import { HostPanel } from './host/host-panel.tsx';
import { InviteDialog } from './invite/invite-dialog.tsx';
import { LiveRegion } from './live-region.tsx';
import { LobbySheet } from './lobby/lobby-sheet.tsx';
import { useLobbyToast } from './lobby/use-lobby-toast.ts';
import { MeetingBar } from './meeting-bar.tsx';
import { MediaRequestDialog } from './moderation/media-request.tsx';
import { useModerationToasts } from './moderation/use-moderation-toasts.ts';
import { useIsHost } from './room-context.tsx';
import { RosterPanel } from './roster/roster-panel.tsx';
import { useShown } from './screening/use-shown.ts';
import { useTitle } from './use-title.ts';

/** Nobody but those who watch loads it. */
const SCREENING = new Part(() => import('./screening/screening-view.tsx'));

type Sheet = 'people' | 'host' | 'invite' | 'lobby' | null;

export function Meeting({
  newHostKey,
  onHostKeySeen,
  letIn,
}: {
  newHostKey: string | null;
  onHostKeySeen: () => void;
  /** They come from the lobby. */
  letIn: boolean;
}) {
  const { t } = useTranslation();
  const isHost = useIsHost();
  const wide = useMedia('(min-width: 48rem)');
  const [watching, watch] = useShown();
  // Picture and chat leave room for the people beside them on a large screen only.
  const aside = useMedia(watching ? '(min-width: 80rem)' : '(min-width: 48rem)');
  const [sheet, setSheet] = useState<Sheet>(newHostKey === null ? null : 'invite');
  const draft = useDraft();
  useTitle(letIn);
  useKeepPage();
  useLobbyToast();
  useHandToasts();
  useBreakoutToasts();
  useModerationToasts();

  const close = () => {
    setSheet(null);
    onHostKeySeen();
  };
  const writeTo = (member: string) => {
    setSheet(null);
    draft.setTo(member);
    draft.focus();
  };

  return (
    <div className="flex h-dvh flex-col overflow-hidden">
      <RoomHeader wide={wide} aside={aside} onOpen={setSheet} />
      <ConnectionBanner />
      <EndingBanner />
      <BreakoutBar />
      <div className={`flex min-h-0 flex-1 ${wide ? '' : 'flex-col'}`}>
        {watching ? (
          <LazyPart
            part={SCREENING}
            coming={
              <p role="status" className="m-auto p-6 text-muted">
                {t('watch.coming')}
              </p>
            }
            missing={(error, onRetry) => (
              <section aria-label={t('watch.title')} className="m-auto flex max-w-sm flex-col gap-3 p-6">
                <Alert>{describeError(t, error)}</Alert>
                <Button onClick={onRetry}>{t('app.retry')}</Button>
              </section>
            )}
          >
            {({ default: ScreeningView }) => <ScreeningView onClose={() => watch(false)} />}
          </LazyPart>
        ) : null}
        <div className={`flex min-h-0 min-w-0 ${watching && wide ? 'w-80 shrink-0 lg:w-96' : 'flex-1'}`}>
          <ChatPanel
            draft={draft}
            bar={<MeetingBar watching={watching} onWatch={watch} />}
            reactions={!watching}
          />
        </div>
        {aside ? (
          <aside
            aria-label={t('roster.title')}
            className="flex w-72 shrink-0 flex-col border-l border-line bg-surface lg:w-80"
          >
            <RosterPanel onWriteTo={writeTo} />
          </aside>
        ) : null}
      </div>
      <LiveRegion />
      <MediaRequestDialog />
      <CallDialog />
      {aside ? null : (
        <Dialog place="sheet" title={t('roster.title')} open={sheet === 'people'} onClose={close}>
          <div className="-mx-6 flex flex-col">
            <RosterPanel onWriteTo={writeTo} />
          </div>
        </Dialog>
      )}
      {isHost ? <HostPanel open={sheet === 'host'} onClose={close} /> : null}
      {isHost ? <LobbySheet open={sheet === 'lobby'} onClose={close} /> : null}
      <InviteDialog open={sheet === 'invite'} onClose={close} hostKey={newHostKey} />
    </div>
  );
}
