import { Component, type ReactNode, Suspense, use, useState } from 'react';
import { loadPart } from './load-part.ts';

/** A part of the page that is loaded when it is first shown. */
export class Part<Module> {
  readonly #load: () => Promise<Module>;
  #module: Promise<Module> | null = null;

  constructor(load: () => Promise<Module>) {
    this.#load = load;
  }

  /** The same until it is renewed. */
  get module(): Promise<Module> {
    this.#module ??= loadPart(this.#load);
    return this.#module;
  }

  /** One that has failed stays so: each try needs another one. */
  renew(): void {
    this.#module = null;
  }
}

type LazyPartProps<Module> = {
  part: Part<Module>;
  /** Shown while it is loaded. */
  coming: ReactNode;
  /** Shown where it did not come, or failed. */
  missing: (error: unknown, onRetry: () => void) => ReactNode;
  children: (module: Module) => ReactNode;
};

/**
 * Shows a part of the page. Where it does not come, or fails, the rest of the page goes on without it. It is tried again once;
 * if that is in vain only the whole page anew brings it, as after a deploy.
 */
export function LazyPart<Module>({ part, coming, missing, children }: LazyPartProps<Module>) {
  const [tries, setTries] = useState(0);
  const retry = (): void => {
    if (tries > 0) {
      location.reload();
      return;
    }
    part.renew();
    setTries(1);
  };
  return (
    <Boundary key={tries} missing={(error) => missing(error, retry)}>
      <Suspense fallback={coming}>
        <Loaded part={part}>{children}</Loaded>
      </Suspense>
    </Boundary>
  );
}

function Loaded<Module>({ part, children }: Pick<LazyPartProps<Module>, 'part' | 'children'>) {
  return children(use(part.module));
}

type BoundaryProps = { missing: (error: unknown) => ReactNode; children: ReactNode };
type BoundaryState = { readonly fault: { readonly error: unknown } | null };

class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { fault: null };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { fault: { error } };
  }

  override render(): ReactNode {
    const { fault } = this.state;
    return fault === null ? this.props.children : this.props.missing(fault.error);
  }
}
