import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';

type ConfirmProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  text: string;
  action: string;
  busy?: boolean;
  onConfirm: () => void;
  /** What is to be filled in before. */
  children?: ReactNode;
  form?: RefObject<HTMLFormElement | null>;
};

/** Asks before something that can't be taken back. */
export function ConfirmBox(props: ConfirmProps) {
  const { open, onClose, title, text, action, busy = false, onConfirm, children, form } = props;
  const { t } = useTranslation();
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop
          forceRender
          className="fixed inset-0 bg-scrim transition-opacity duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0"
        />
        <AlertDialog.Popup className="fixed top-1/2 left-1/2 w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 -translate-y-1/2 rounded-2xl border border-line bg-surface p-6 shadow-xl transition duration-200 outline-none data-ending-style:opacity-0 data-starting-style:opacity-0">
          <AlertDialog.Title className="text-lg font-semibold tracking-tight">{title}</AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-sm text-muted">{text}</AlertDialog.Description>
          <form
            ref={form}
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              // Events of React leave a portal: the form around the question is not sent.
              event.stopPropagation();
              onConfirm();
            }}
          >
            {children === undefined ? null : <div className="mt-4 flex flex-col gap-4">{children}</div>}
            <div className="mt-6 flex flex-wrap justify-end gap-3">
              <AlertDialog.Close render={<Button>{t('app.cancel')}</Button>} />
              <Button kind="danger" type="submit" busy={busy}>
                {action}
              </Button>
            </div>
          </form>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
