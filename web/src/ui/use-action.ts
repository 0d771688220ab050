import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from '../app/errors.ts';
import { toast } from './toasts.tsx';

/** Runs one thing at a time that may fail; says in words why it did. Resolves with whether it succeeded. */
export function useAction(): readonly [
  busy: boolean,
  run: (work: () => Promise<unknown>) => Promise<boolean>,
] {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  const run = useCallback(
    async (work: () => Promise<unknown>) => {
      if (running.current) return false;
      running.current = true;
      setBusy(true);
      try {
        await work();
        return true;
      } catch (error) {
        toast(describeError(t, error));
        return false;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    [t],
  );
  return [busy, run];
}
