import { type ReactNode, useId } from 'react';

export function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="border-t border-line py-4 first:border-t-0 first:pt-0">
      <h3 id={id} className="text-base font-semibold">
        {title}
      </h3>
      {text === undefined ? null : <p className="mt-1 text-sm text-muted">{text}</p>}
      <div className="mt-2">{children}</div>
    </section>
  );
}
