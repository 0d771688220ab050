import { useEffect } from 'react';
import { later } from './later.tsx';
import { addNote, takeNotes, useNotesWanted, useWaitingNotes } from './toast-queue.ts';

/** Says something in passing. Screen readers read it when they come to a rest. */
export function toast(text: string, title?: string): void {
  addNote(title === undefined ? { title: text } : { title, description: text });
}

const Region = later(
  async () => (await import('./toast-region.tsx')).ToastRegion,
  // The first note may well be that the network is gone.
  ({ fault }) => (fault === null ? null : <PlainNotes />),
);

/** Notes without anything that would have to be loaded. */
function PlainNotes() {
  const waiting = useWaitingNotes();
  useEffect(() => {
    if (waiting.length === 0) return;
    const timer = setTimeout(takeNotes, Math.max(...waiting.map(({ timeout }) => timeout)));
    return () => clearTimeout(timer);
  }, [waiting]);
  return (
    <div
      role="status"
      className="toasts pointer-events-none fixed inset-x-4 z-10 mx-auto flex max-w-sm flex-col gap-2"
    >
      {waiting.map((note) => (
        <p
          key={note.id}
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
  return useNotesWanted() ? <Region /> : null;
}
