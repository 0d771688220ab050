import { expect } from 'vitest';
import type { CommandInput } from '../../../src/protocol/index.ts';
import { snapshotText } from '../../../src/room-object/view.ts';
import { HOST_KEY, idOf, Room, type Told } from './harness.ts';

export const KEY = { kind: 'host-key' } as const;
export const THUMB = '👍';

export let room: Room;

/** A new meeting, of a host, a co-host, a viewer (Vic), Ada and Ben. */
export function newMeeting(): void {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  for (const name of ['co', 'ada', 'ben', 'vic']) room.enter(name);
  room.command('host', { t: 'role.set', member: idOf('co'), role: 'cohost' });
  room.command('host', { t: 'role.set', member: idOf('vic'), role: 'viewer' });
  room.take();
}

export const textBody = (text: string) => ({ kind: 'text', text }) as const;

/** Sends and commits. Answers the message's position. */
export function say(by: string, text: string, more: Omit<CommandInput<'chat.send'>, 'body'> = {}): number {
  const done = room.command(by, { t: 'chat.send', body: textBody(text), ...more });
  if (!done.ok) throw new Error(done.error.code);
  const sent = room.take().told.find(({ t }) => t === 'chat.sent');
  return Number(sent?.seq);
}
export const edit = (by: string, message: number, text: string, mentions?: string[]) =>
  room.command(by, {
    t: 'chat.edit',
    message,
    body: textBody(text),
    ...(mentions === undefined ? {} : { mentions }),
  });
export const remove = (by: string | typeof KEY, message: number) =>
  room.command(by, { t: 'chat.delete', message });
export const react = (by: string, message: number, emoji = THUMB, on = true) =>
  room.command(by, { t: 'chat.react', message, emoji, on });

/** All that is kept anywhere: the log and the state. */
export function kept(): string {
  room.take();
  return JSON.stringify([
    room.disk.segments,
    room.everything(),
    Array.from(room.state.table({ name: 'messages' }).values()),
    Array.from(room.state.table({ name: 'pins' }).values()),
    snapshotText(room.state, room.view),
  ]);
}
export const stored = (message: number): Told | undefined => {
  room.take();
  return room.view.read(message)?.event;
};
/** Who was told each event since the last commit; null: everybody. */
export function audiences(): (string[] | null)[] {
  const [segment] = room.journal.take().segments;
  const told = segment?.public === '' ? [] : [null];
  return [...told, ...(segment?.privateEvents.map(({ to }) => Array.from(to.keys())) ?? [])];
}
/** Nothing changed, nothing was told. */
export function expectNothing(): void {
  expect(room.told()).toEqual([]);
}
