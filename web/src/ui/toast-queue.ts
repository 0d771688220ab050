import { useSyncExternalStore } from 'react';

/** A note in passing. The title is its name for screen readers, so there always is one. */
export interface Note {
  readonly title: string;
  readonly description?: string;
}

interface QueuedNote extends Note {
  readonly id: string;
  /** ms for which it is shown. */
  readonly timeout: number;
}

/** ms to notice that there is something. */
const LEAST = 4_000;
/** ms to read a character, by somebody who reads slowly; one of a language without letters is a word. */
const PER_LETTER = 70;
const PER_SIGN = 250;

/** How long it takes to notice a text, read it and do what it says, ms. */
export function readingTime(text: string): number {
  let time = LEAST;
  for (const character of text) time += character > '\u2e7f' ? PER_SIGN : PER_LETTER;
  return time;
}

let waiting: readonly QueuedNote[] = [];
let count = 0;
let drops = 0;
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
  count += 1;
  const timeout = readingTime(`${note.title}${note.description ?? ''}`);
  waiting = [...waiting, { ...note, id: `note ${count}`, timeout }];
  isWanted = true;
  tell();
}

/** Whether there ever was a note; before that nothing that shows them is needed. */
export const useNotesWanted = (): boolean => useSyncExternalStore(subscribe, () => isWanted);

export const useWaitingNotes = (): readonly QueuedNote[] => useSyncExternalStore(subscribe, () => waiting);

/** They are shown. */
export function takeNotes(): readonly QueuedNote[] {
  const taken = waiting;
  waiting = [];
  tell();
  return taken;
}

/** What they were about is over: those that are shown go, too. */
export function dropNotes(): void {
  waiting = [];
  drops += 1;
  tell();
}

/** How often all were dropped. */
export const useDrops = (): number => useSyncExternalStore(subscribe, () => drops);
