import type { ReactNode } from 'react';

/** One thing said in a calm way, and what to do about it. */
export function Notice({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  return (
    <section className="rounded-2xl border border-line bg-surface p-6 sm:p-8">
      <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">{title}</h1>
      <p className="mt-2 text-muted wrap-anywhere">{text}</p>
      {children === undefined ? null : <div className="mt-6 flex flex-wrap gap-3">{children}</div>}
    </section>
  );
}
