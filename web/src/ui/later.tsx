import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from './toasts.tsx';

type Load<P> = () => Promise<ComponentType<P>>;

/** In place of a part of the page that can't be had: without a network, or after a new version was deployed. */
function Missing(): ReactNode {
  const { t } = useTranslation();
  useEffect(() => toast(t('error.network')), [t]);
  return null;
}

const part = <P extends object>(load: Load<P>) =>
  lazy(() =>
    load().then(
      (shown) => ({ default: shown }),
      (): { default: ComponentType<P> } => ({ default: Missing }),
    ),
  );

/** A part of the page that is loaded when it is shown. */
export function later<P extends object>(load: Load<P>): ComponentType<P> {
  const Part = part(load);
  return (props) => (
    <Suspense fallback={null}>
      <Part {...props} />
    </Suspense>
  );
}

/** A dialog that is loaded when it is opened for the first time, and then stays. */
export function laterDialog<P extends { readonly open: boolean }>(load: Load<P>): ComponentType<P> {
  const Part = part(load);
  return (props) => {
    const [wanted, setWanted] = useState(false);
    if (props.open && !wanted) setWanted(true);
    return wanted ? (
      <Suspense fallback={null}>
        <Part {...props} />
      </Suspense>
    ) : null;
  };
}
