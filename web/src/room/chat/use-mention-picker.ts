import { type KeyboardEvent, useState } from 'react';
import { useView } from '../room-context.tsx';
import { otherPeople } from '../roster/devices.ts';
import { insertMention, type MentionQuery, matchPeople, mentionQuery, type Person } from './mentions.ts';
import type { Draft } from './use-draft.ts';

export interface MentionPicker {
  /** Who matches; empty while nobody is being mentioned. */
  readonly people: readonly Person[];
  readonly active: number;
  /** Reads what stands at the caret. */
  look(field: HTMLTextAreaElement): void;
  choose(person: Person): void;
  close(): void;
  /** Takes a key that is meant for the list; false where it is not. */
  key(event: KeyboardEvent): boolean;
}

export function useMentionPicker(draft: Draft): MentionPicker {
  const members = useView((view) => view.members);
  const self = useView((view) => view.self);
  const [query, setQuery] = useState<MentionQuery | null>(null);
  const [chosen, setChosen] = useState(0);
  const people = query === null ? [] : matchPeople(otherPeople(members.values(), self), query.text);
  const active = Math.min(chosen, Math.max(0, people.length - 1));

  const close = () => setQuery(null);
  const choose = (person: Person) => {
    const field = draft.field.current;
    if (query === null || field === null) return;
    const { text, caret } = insertMention(draft.text, query, person.name);
    draft.setText(text);
    draft.insert(person);
    close();
    field.focus();
    // The caret goes to its place once the new text is in the field.
    requestAnimationFrame(() => field.setSelectionRange(caret, caret));
  };
  const key = (event: KeyboardEvent): boolean => {
    const person = people[active];
    if (person === undefined) return false;
    const actions = new Map([
      ['ArrowDown', () => setChosen((active + 1) % people.length)],
      ['ArrowUp', () => setChosen((active + people.length - 1) % people.length)],
      ['Enter', () => choose(person)],
      ['Tab', () => choose(person)],
      ['Escape', close],
    ]);
    const action = event.shiftKey ? undefined : actions.get(event.key);
    if (action === undefined) return false;
    event.preventDefault();
    event.stopPropagation();
    action();
    return true;
  };
  const look = (field: HTMLTextAreaElement) => {
    const found =
      field.selectionStart === field.selectionEnd ? mentionQuery(field.value, field.selectionStart) : null;
    if (found?.text !== query?.text) setChosen(0);
    setQuery(found);
  };
  return { people, active, look, choose, close, key };
}
