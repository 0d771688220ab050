import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import type { MyGroup, Standing } from '../../../src/protocol/index.ts';
import type { Enlisted } from './crowd.ts';
import { ask } from './inbox-sockets.ts';
import { type Frame, join, type Member } from './room-sockets.ts';

export const room = (code: string) => env.ROOMS.getByName(code);

export async function found(owner: Enlisted, settings: object = {}): Promise<string> {
  const response = await ask(owner.token, 'POST', '/v1/groups', { name: 'Physics', ...settings });
  expect(response.status).toBe(201);
  const { standing } = (await response.json()) as { standing: Standing };
  expect(standing).toMatchObject({ name: 'Physics', role: 'owner', unread: 0 });
  expect(response.headers.get('location')).toBe(`/v1/groups/${standing.group}`);
  return standing.group;
}

export const enrol = (person: Enlisted, code: string, note?: string): Promise<Response> =>
  ask(person.token, 'POST', `/v1/groups/${code}/enrol`, note === undefined ? {} : { note });
export const leave = (person: Enlisted, code: string): Promise<Response> =>
  ask(person.token, 'DELETE', `/v1/groups/${code}/enrol`);
export const look = (person: Enlisted, code: string): Promise<Response> =>
  ask(person.token, 'GET', `/v1/groups/${code}`);
export const askToCome = (person: Enlisted, code: string): Promise<Response> =>
  ask(person.token, 'POST', `/v1/rooms/${code}/join`, {});

interface Came extends Member {
  readonly memberToken: string;
  n: number;
}

/** Opens the group. */
export async function come(person: Enlisted, code: string): Promise<Came> {
  const response = await askToCome(person, code);
  expect(response.status).toBe(200);
  const { ticket, token } = (await response.json()) as { ticket: string; token: string };
  return { ...(await join(code, ticket)), memberToken: token, n: 0 };
}

const eventsOf = (frames: readonly Frame[]): Frame[] =>
  frames.flatMap((frame) => (frame.events as Frame[] | undefined) ?? []);

/** Waits for an event. */
export async function hear(
  member: Pick<Member, 'next' | 'frames'>,
  is: (event: Frame) => boolean,
): Promise<Frame> {
  const frame = await member.next((one) => eventsOf([one]).some(is));
  const event = eventsOf([frame]).find(is);
  if (event === undefined) throw new Error('the event was there a moment ago');
  return event;
}

/** Sends a command, and waits for what comes of it. */
export async function act(member: Came, command: { readonly t: string; readonly [field: string]: unknown }) {
  member.n += 1;
  const { n } = member;
  member.send({ ...command, n });
  const isAnswer = (frame: Frame) => frame.n === n || eventsOf([frame]).some((event) => event.n === n);
  return member.next(isAnswer);
}
export const say = (member: Came, text: string, mentions?: readonly string[]) =>
  act(member, {
    t: 'chat.send',
    body: { kind: 'text', text },
    ...(mentions === undefined ? {} : { mentions }),
  });

/** Everything that the group still has to tell others is told. */
export const settle = (code: string) =>
  expect
    .poll(() =>
      runInDurableObject(room(code), (_room, { storage }: DurableObjectState) =>
        storage.sql.exec("SELECT 1 FROM state WHERE tbl = 'effects'").toArray(),
      ),
    )
    .toEqual([]);

export const groupsOf = async (person: Enlisted): Promise<readonly MyGroup[]> => {
  const response = await ask(person.token, 'GET', '/v1/me/groups');
  expect(response.status).toBe(200);
  return ((await response.json()) as { groups: MyGroup[] }).groups;
};
