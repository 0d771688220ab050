import type { ReactNode } from 'react';

/** What went wrong with a form as a whole; read aloud when it appears. */
export function Alert({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
      {children}
    </p>
  );
}
