import type { TFunction } from 'i18next';
import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from '../app/errors.ts';
import { toast } from './toasts.tsx';

type Work = () => Promise<unknown>;

/** Whether it succeeded; where it failed, the reason has been said in words. */
async function succeeds(t: TFunction, work: Work): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    toast(describeError(t, error));
    return false;
  }
}

/** Runs whatever is asked, also while something else is under way: for switches, of which several are pressed in a row. */
export function useChanges(): (work: Work) => Promise<boolean> {
  const { t } = useTranslation();
  return useCallback((work: Work) => succeeds(t, work), [t]);
}

/** Runs one thing at a time that may fail, and nothing that is asked meanwhile: for what must not happen twice. Says in words why it did. Resolves with whether it succeeded. */
export function useAction(): readonly [busy: boolean, run: (work: Work) => Promise<boolean>] {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  const run = useCallback(
    async (work: Work) => {
      if (running.current) return false;
      running.current = true;
      setBusy(true);
      const done = await succeeds(t, work);
      running.current = false;
      setBusy(false);
      return done;
    },
    [t],
  );
  return [busy, run];
}
