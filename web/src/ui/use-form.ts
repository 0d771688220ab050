import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { codeOf, describeError } from '../app/errors.ts';
import { toast } from './toasts.tsx';

/** In words, what is wrong: at a field, or with the form as a whole. */
export type Faults<F extends string> = Readonly<Partial<Record<F | 'whole', string>>>;

/** Faults by field, without the fields that have none (null). */
export const faultsIn = <F extends string>(found: Readonly<Record<F, string | null>>): Faults<F> =>
  Object.fromEntries(Object.entries(found).filter(([, text]) => text !== null)) as Faults<F>;

interface Form<F extends string> {
  /** Put it on the form: after a refusal the focus goes to the first field that is wrong. */
  readonly form: RefObject<HTMLFormElement | null>;
  readonly busy: boolean;
  readonly faults: Faults<F>;
  /** Does the work, unless something is wrong already. Resolves with whether it succeeded. */
  submit(wrong: Faults<F>, work: () => Promise<unknown>): Promise<boolean>;
}

const NONE = {};

/**
 * A form that is sent one time at a time. `places` says at which field an error of the server is shown, by its code; all
 * others are shown for the whole.
 */
export function useForm<F extends string>(places: Readonly<Record<string, F>> = NONE): Form<F> {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const [faults, setFaults] = useState(NONE as Faults<F>);

  useEffect(() => {
    if (Object.keys(faults).length === 0) return;
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    // A button that was disabled while it was busy has lost the focus.
    const button = form.current?.querySelector<HTMLElement>('[type="submit"]');
    if (wrong) wrong.focus();
    else if (form.current?.contains(document.activeElement) !== true) button?.focus();
  }, [faults]);

  const submit = useCallback(
    async (wrong: Faults<F>, work: () => Promise<unknown>) => {
      if (running.current) return false;
      setFaults(wrong);
      if (Object.keys(wrong).length > 0) return false;
      running.current = true;
      setBusy(true);
      try {
        await work();
        return true;
      } catch (error) {
        // The form is gone together with the login.
        if (codeOf(error) === 'login_required') toast(describeError(t, error));
        const place: F | 'whole' = places[codeOf(error) ?? ''] ?? 'whole';
        setFaults({ [place]: describeError(t, error) } as Faults<F>);
        return false;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    [places, t],
  );
  return { form, busy, faults, submit };
}
