import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useCallSession, useDescribe } from '../call/call-context.tsx';
import { useNameOf, useRoom, useView } from '../room-context.tsx';

/** A host asks you to switch something on. Only you can; putting the question aside declines it. */
export function MediaRequest({ open }: { open: boolean }) {
  const { t } = useTranslation();
  const room = useRoom();
  const self = useView((view) => view.self.id);
  const requests = useView((view) => view.requests);
  const nameOf = useNameOf();
  const session = useCallSession();
  const say = useDescribe();
  const [busy, run] = useAction();
  const request = requests.find(({ member }) => member === self);
  if (!open || request === undefined) return null;
  const name = (request.by === null ? null : nameOf(request.by)) ?? t('moderation.aHost');
  const answer = (accept: boolean) => room.answerRequest(request.request, accept);
  const decline = () => void run(() => answer(false));
  // A device that can't be opened leaves the question open.
  const accept = () =>
    void run(() =>
      session.comply(request.media, () => answer(true)).catch((error: unknown) => toast(say(error))),
    );
  return (
    <AlertDialog.Root open onOpenChange={(next) => !next && decline()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 bg-scrim" />
        <AlertDialog.Popup className="fixed top-1/2 left-1/2 w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 -translate-y-1/2 rounded-2xl border border-line bg-surface p-6 shadow-xl outline-none">
          <AlertDialog.Title className="text-lg font-semibold tracking-tight wrap-anywhere">
            {t(`moderation.asked.${request.media}`, { name })}
          </AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-sm text-muted">
            {t('moderation.askedText')}
          </AlertDialog.Description>
          <div className="mt-6 flex flex-wrap justify-end gap-3">
            <Button disabled={busy} onClick={decline}>
              {t('moderation.decline')}
            </Button>
            <Button kind="primary" busy={busy} onClick={accept}>
              {t('moderation.accept')}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
