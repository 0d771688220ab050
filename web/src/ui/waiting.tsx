import { useTranslation } from 'react-i18next';
import { describeError } from '../app/errors.ts';
import type { Fault } from '../app/load-part.ts';
import { Alert } from './alert.tsx';
import { Button } from './button.tsx';

/** What stands in the place of a part of the page that is not there. */
export interface WaitingProps {
  /** Why it did not come, or what went wrong in it; null: it is on its way. */
  readonly fault: Fault | null;
  /** It is tried again just now. */
  readonly busy: boolean;
  readonly onRetry: () => void;
}

export function RetryButton({ busy, onRetry, kind }: Omit<WaitingProps, 'fault'> & { kind?: 'primary' }) {
  const { t } = useTranslation();
  return (
    <Button {...(kind === undefined ? {} : { kind })} busy={busy} onClick={onRetry}>
      {t('app.retry')}
    </Button>
  );
}

/** Of something small: nothing while it comes. */
export function PlainWaiting({ fault, ...rest }: WaitingProps) {
  const { t } = useTranslation();
  if (fault === null) return null;
  return (
    <div role="alert" className="m-auto flex flex-wrap items-center gap-2 p-2 text-sm">
      <p>{describeError(t, fault.error)}</p>
      <RetryButton {...rest} />
    </div>
  );
}

/** Says that something is on its way, to whoever waits for it. */
export function OneMoment() {
  const { t } = useTranslation();
  return (
    <p role="status" className="appear-late m-auto p-6 text-center text-muted">
      {t('app.working')}
    </p>
  );
}

/** Of a part of the meeting; the rest goes on. */
export function WaitingArea({
  title,
  fault,
  ...rest
}: WaitingProps & { title: 'watch.title' | 'call.start' }) {
  const { t } = useTranslation();
  if (fault === null) return <OneMoment />;
  return (
    <section aria-label={t(title)} className="m-auto flex max-w-sm flex-col gap-3 p-6">
      <Alert>{describeError(t, fault.error)}</Alert>
      <RetryButton {...rest} />
    </section>
  );
}
