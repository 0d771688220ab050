import type { LucideIcon } from 'lucide-react';

/** What stands where a list would be. */
export function Empty({ icon: Icon, text, hint }: { icon: LucideIcon; text: string; hint?: string }) {
  return (
    <div className="px-6 py-10 text-center">
      <Icon aria-hidden className="mx-auto mb-3 size-8 text-muted" />
      <p className="text-base font-medium">{text}</p>
      {hint === undefined ? null : <p className="mt-1 text-sm text-muted">{hint}</p>}
    </div>
  );
}
