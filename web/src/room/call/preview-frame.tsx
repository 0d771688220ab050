import type { ReactNode } from 'react';

/** The place of the own picture at the door, and of a line below it: as large while it is still empty, so that nothing moves. */
export function PreviewFrame({ line, children }: { line?: ReactNode; children?: ReactNode }) {
  return (
    <div className="flex flex-col gap-2">
      {/* On a small phone it is higher, for what is said in it. Clipped and not scrolled, it grows with more than that. */}
      <div className="relative grid aspect-video grid-rows-[minmax(13rem,auto)] overflow-clip rounded-xl border border-line bg-canvas">
        {children}
      </div>
      <div className="flex h-5 items-center gap-2 text-sm text-muted">{line}</div>
    </div>
  );
}
