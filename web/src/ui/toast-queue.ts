import { useSyncExternalStore } from 'react';

/** A note in passing. The title is its name for screen readers, so there always is one. */
export interface Note {
  readonly title: string;
  readonly description?: string;
}

/** ms for which a note is shown. */
export const NOTE_STAYS = 6_000;

let waiting: readonly Note[] = [];
let isWanted = false;
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function addNote(note: Note): void {
  waiting = [...waiting, note];
  isWanted = true;
  tell();
}

/** Whether there ever was a note; before that nothing that shows them is needed. */
export const useNotesWanted = (): boolean => useSyncExternalStore(subscribe, () => isWanted);

export const useWaitingNotes = (): readonly Note[] => useSyncExternalStore(subscribe, () => waiting);

/** They are shown. */
export function takeNotes(): readonly Note[] {
  const taken = waiting;
  waiting = [];
  tell();
  return taken;
}
