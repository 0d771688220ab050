import { type ComponentType, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from '../app/errors.ts';
import { Part } from '../app/lazy-part.tsx';
import { Button } from './button.tsx';
import { toast } from './toasts.tsx';

type Load<P> = () => Promise<ComponentType<P>>;

interface Loaded<P> {
  readonly shown: ComponentType<P> | null;
  /** Why it is not there: without a network, or after a new version was deployed. */
  readonly fault: { readonly error: unknown } | null;
}

/** Loads a part with each new attempt until it is there; 0: not wanted yet. */
function usePart<P>(part: Part<ComponentType<P>>, attempt: number): Loaded<P> {
  const [loaded, setLoaded] = useState<Loaded<P>>({ shown: null, fault: null });
  const isThere = loaded.shown !== null;
  useEffect(() => {
    if (attempt === 0 || isThere) return;
    let isOver = false;
    part.module.then(
      (shown) => {
        if (!isOver) setLoaded({ shown, fault: null });
      },
      (error: unknown) => {
        part.renew();
        if (!isOver) setLoaded({ shown: null, fault: { error } });
      },
    );
    return () => {
      isOver = true;
    };
  }, [part, attempt, isThere]);
  return loaded;
}

/** A part of the page that is loaded when it is shown. Where it does not come, it says so and can be tried again. */
export function later<P extends object>(load: Load<P>): ComponentType<P> {
  const part = new Part(load);
  return (props) => {
    const { t } = useTranslation();
    const [attempt, setAttempt] = useState(1);
    const { shown: Shown, fault } = usePart(part, attempt);
    if (Shown !== null) return <Shown {...props} />;
    if (fault === null) return null;
    return (
      <div role="alert" className="m-auto flex flex-wrap items-center gap-2 p-2 text-sm">
        <p>{describeError(t, fault.error)}</p>
        <Button onClick={() => setAttempt(attempt + 1)}>{t('app.retry')}</Button>
      </div>
    );
  };
}

/** A dialog that is loaded when it is opened for the first time, and then stays. Each opening tries what did not come. */
export function laterDialog<P extends { readonly open: boolean }>(load: Load<P>): ComponentType<P> {
  const part = new Part(load);
  return (props) => {
    const { t } = useTranslation();
    const [wasOpen, setWasOpen] = useState(false);
    const [openings, setOpenings] = useState(0);
    if (props.open !== wasOpen) {
      setWasOpen(props.open);
      if (props.open) setOpenings(openings + 1);
    }
    const { shown: Shown, fault } = usePart(part, openings);
    useEffect(() => {
      if (fault !== null) toast(describeError(t, fault.error));
    }, [fault, t]);
    return Shown === null ? null : <Shown {...props} />;
  };
}
