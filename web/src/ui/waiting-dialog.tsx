import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from '../app/errors.ts';
import { Button } from './button.tsx';
import { RetryButton, type WaitingProps } from './waiting.tsx';

/** ms that whatever comes at once takes at most: it needs no word before. */
const AT_ONCE = 250;

/** In the place of a dialog that is not there. It is the browser's own, which needs nothing that would have to be loaded. */
export function WaitingDialog({ fault, onClose, ...rest }: WaitingProps & { onClose: () => void }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDialogElement>(null);
  const hasFailed = fault !== null;
  useEffect(() => {
    const show = () => {
      if (box.current?.open === false) box.current.showModal();
    };
    const timer = setTimeout(show, hasFailed ? 0 : AT_ONCE);
    return () => clearTimeout(timer);
  }, [hasFailed]);
  useLayoutEffect(() => {
    const dialog = box.current;
    // Gives the focus back to what had it; that needs the dialog to be there still.
    return () => dialog?.close();
  }, []);
  // Meant for this one alone, and not for what it stands on.
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    onClose();
  };
  const text = fault === null ? t('app.working') : describeError(t, fault.error);
  return (
    <dialog
      ref={box}
      aria-label={text}
      className="m-auto w-[calc(100vw-2rem)] max-w-sm rounded-2xl border border-line bg-surface p-6 text-ink shadow-xl backdrop:bg-scrim"
      onCancel={onClose}
      onKeyDown={onKey}
    >
      <p role={hasFailed ? 'alert' : 'status'}>{text}</p>
      <div className="mt-4 flex flex-wrap justify-end gap-3">
        <Button onClick={onClose}>{t(hasFailed ? 'app.close' : 'app.cancel')}</Button>
        {hasFailed ? <RetryButton kind="primary" {...rest} /> : null}
      </div>
    </dialog>
  );
}
