import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Bell, BellOff, Phone, PhoneOff } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { RingingCall } from '../../../../src/protocol/index.ts';
import { notify } from '../../alerts/notify.ts';
import { ringing } from '../../alerts/preferences.ts';
import { setCallTitle } from '../../app/title.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { Face } from '../face.tsx';
import { useInbox, useInboxView } from '../inbox-context.ts';
import { enterRoom } from '../rooms/enter-room.ts';
import { startRinging } from '../tones.ts';

/** Whoever calls, wherever on the page one is: the oldest call that rings, until it is answered or over. */
export function RingDialog() {
  const call = useInboxView((view) => view.ringing[0]);
  useMissed();
  return call === undefined ? null : <Ringing key={call.call} call={call} />;
}

/** Tells of calls that rang in vain. */
function useMissed(): void {
  const { t } = useTranslation();
  const inbox = useInbox();
  useEffect(
    () =>
      inbox.on('call.over', ({ reason, from }) => {
        if (reason === 'missed' || reason === 'cancelled') toast(t('ring.missed', { name: from.name }));
      }),
    [inbox, t],
  );
}

function Ringing({ call }: { call: RingingCall }) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const { from, group, name } = call;
  const [isLoud, setLoud] = ringing.use();
  const [busy, run] = useAction();
  const accept = useRef<HTMLButtonElement>(null);
  const title =
    group === undefined
      ? t('ring.title', { name: from.name })
      : t('ring.group', { name: from.name, group: group.name });

  useEffect(() => (isLoud ? startRinging() : undefined), [isLoud]);
  useEffect(() => {
    const mark = t('ring.mark', { name: from.name });
    setCallTitle(mark);
    notify({ title: mark, text: t('ring.text', { room: name }), of: call.call });
    return () => setCallTitle(null);
  }, [from.name, name, call.call, t]);

  async function answer(): Promise<void> {
    const answered = await run(() => inbox.answer(call.call));
    if (answered) enterRoom(call.code, inbox.state.self.name, call.invite);
  }

  return (
    <AlertDialog.Root open>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop
          forceRender
          className="fixed inset-0 bg-scrim transition-opacity duration-200 data-starting-style:opacity-0"
        />
        <AlertDialog.Popup
          initialFocus={accept}
          className="fixed top-1/2 left-1/2 flex w-[calc(100vw-2rem)] max-w-sm -translate-x-1/2 -translate-y-1/2 flex-col items-center rounded-2xl border border-line bg-surface p-6 text-center shadow-xl transition duration-200 outline-none data-starting-style:opacity-0"
        >
          <IconButton
            label={t(isLoud ? 'ring.mute' : 'ring.unmute')}
            icon={isLoud ? Bell : BellOff}
            className="absolute top-2 right-2 text-muted"
            onClick={() => setLoud(!isLoud)}
          />
          <Face person={from} size="large" />
          <AlertDialog.Title className="mt-4 text-lg font-semibold tracking-tight wrap-anywhere">
            {title}
          </AlertDialog.Title>
          <AlertDialog.Description className="mt-1 text-sm text-muted wrap-anywhere">
            {t('ring.text', { room: name })}
          </AlertDialog.Description>
          <div className="mt-6 flex w-full gap-3">
            <Button
              icon={PhoneOff}
              className="flex-1"
              disabled={busy}
              onClick={() => void run(() => inbox.declineCall(call.call))}
            >
              {t('ring.decline')}
            </Button>
            <Button
              ref={accept}
              kind="primary"
              icon={Phone}
              className="flex-1"
              busy={busy}
              onClick={() => void answer()}
            >
              {t('ring.accept')}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
