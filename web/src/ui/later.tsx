import {
  Component,
  type ComponentType,
  Fragment,
  type FragmentInstance,
  type ReactNode,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
// Says what a fragment can do in a browser.
import type {} from 'react-dom';
import { type Fault, Part } from '../app/load-part.ts';
import { useAgain } from './use-again.ts';
import { PlainWaiting, type WaitingProps } from './waiting.tsx';
import { WaitingDialog } from './waiting-dialog.tsx';

type Load<P> = () => Promise<ComponentType<P>>;

interface Shown<P> extends Omit<WaitingProps, 'fault'> {
  readonly Shown: ComponentType<P> | null;
  readonly fault: Fault | null;
  /** Counts how often the reader wanted it again. */
  readonly tries: number;
}

/** Loads a part while it is wanted, until it is there. */
function usePart<P>(part: Part<ComponentType<P>>, isWanted: boolean): Shown<P> {
  const { loaded, fault, isComing } = useSyncExternalStore(part.subscribe, () => part.state);
  const [tries, setTries] = useState(0);
  const isMissing = isWanted && loaded === null;
  useEffect(() => {
    if (isMissing) void part.load();
  }, [part, isMissing]);
  useAgain(isMissing && fault !== null, () => void part.load());
  const onRetry = () => {
    setTries(tries + 1);
    void (tries === 0 ? part.load() : part.loadOrReload());
  };
  return { Shown: loaded, fault, busy: isComing, onRetry, tries };
}

/** `prepare` loads it before it is shown, and resolves when it is known whether it came. */
type Later<P> = ComponentType<P> & { readonly prepare: () => Promise<void> };

/**
 * A part of the page that is loaded when it is shown. Until it is there, and where it does not come or fails, `Waiting` is in its
 * place, told `of` what it has, and the rest of the page goes on.
 */
export function later<P extends object>(
  load: Load<P>,
  Waiting: ComponentType<WaitingProps & { readonly of: P }> = PlainWaiting,
): Later<P> {
  const part = new Part(load);
  const Show = (props: P) => {
    const { Shown, fault, tries, ...rest } = usePart(part, true);
    const instead = (why: Fault | null) => <Waiting fault={why} {...rest} of={props} />;
    if (Shown === null) return instead(fault);
    return (
      <Boundary key={tries} failed={instead}>
        {tries === 0 ? (
          <Shown {...props} />
        ) : (
          <Stood>
            <Shown {...props} />
          </Stood>
        )}
      </Boundary>
    );
  };
  return Object.assign(Show, { prepare: () => part.load() });
}

type DialogProps = { readonly open: boolean; readonly onClose?: () => void };

/** A dialog or menu that is loaded when it is opened for the first time, and then stays. On its way it can be put aside as well. */
export function laterDialog<P extends DialogProps>(load: Load<P>): ComponentType<P> {
  const part = new Part(load);
  return (props) => {
    const { open, onClose } = props;
    const [isAside, putAside] = useState(false);
    if (isAside && !open) putAside(false);
    const isWanted = open && !isAside;
    const { Shown, fault, tries, ...rest } = usePart(part, isWanted);
    const close = () => {
      putAside(true);
      onClose?.();
    };
    const instead = (why: Fault | null) =>
      isWanted ? <WaitingDialog fault={why} {...rest} onClose={close} /> : null;
    if (Shown === null) return instead(fault);
    return (
      <Boundary key={tries} failed={instead}>
        <Shown {...props} />
      </Boundary>
    );
  };
}

/** A part that was asked for again by a button, which goes when it comes: whoever stood there stands in the part then. */
function Stood({ children }: { readonly children: ReactNode }) {
  const place = useRef<FragmentInstance>(null);
  useEffect(() => {
    if ((document.activeElement ?? document.body) === document.body) place.current?.focus();
  }, []);
  return <Fragment ref={place}>{children}</Fragment>;
}

type BoundaryProps = { failed: (fault: Fault) => ReactNode; children: ReactNode };
type BoundaryState = { readonly fault: Fault | null };

/** Keeps what a part throws from the rest of the page. */
class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { fault: null };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { fault: { error } };
  }

  override render(): ReactNode {
    const { fault } = this.state;
    return fault === null ? this.props.children : this.props.failed(fault);
  }
}
