import { type ComponentType, lazy, Suspense, useEffect } from 'react';
import { addNote, NOTE_STAYS, takeNotes, useNotesWanted, useWaitingNotes } from './toast-queue.ts';

/** Says something in passing. Screen readers read it when they come to a rest. */
export function toast(text: string, title?: string): void {
  addNote(title === undefined ? { title: text } : { title, description: text });
}

const Region = lazy(() =>
  import('./toast-region.tsx').then(
    ({ ToastRegion }): { default: ComponentType } => ({ default: ToastRegion }),
    // The first note may well be that the network is gone.
    () => ({ default: PlainNotes }),
  ),
);

/** Notes without anything that would have to be loaded. */
function PlainNotes() {
  const waiting = useWaitingNotes();
  useEffect(() => {
    if (waiting.length === 0) return;
    const timer = setTimeout(takeNotes, NOTE_STAYS);
    return () => clearTimeout(timer);
  }, [waiting]);
  return (
    <div
      role="status"
      className="toasts pointer-events-none fixed inset-x-4 z-10 mx-auto flex max-w-sm flex-col gap-2"
    >
      {waiting.map((note) => (
        <p
          key={`${note.title} ${note.description ?? ''}`}
          className="rounded-xl border border-line bg-raised px-4 py-3 text-sm wrap-anywhere shadow-lg"
        >
          {note.title}
          {note.description === undefined ? null : ` ${note.description}`}
        </p>
      ))}
    </div>
  );
}

/** Where notes are shown, from the first on. */
export function Toasts() {
  return useNotesWanted() ? (
    <Suspense fallback={null}>
      <Region />
    </Suspense>
  ) : null;
}
