// Every permission that a command asks for × every role × the room's flag × the member's own right, through sockets
// and over HTTP, compared with the one pure rule.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  can,
  DEFAULT_POLICY,
  encodeBinary,
  type Permission,
  type Rights,
  ROLES,
  type Role,
} from '../../src/protocol/index.ts';
import { png } from '../support/pictures.ts';
import { Api, type Person, type TestEvent } from '../support/raw-client.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
let api: Api;
let code: string;
let people: Record<Role, Person>;
/** A co-host, who is told of questions, too. */
let witness: Person;
let message: unknown;
let count = 0;
const next = () => {
  count += 1;
  return count;
};

beforeAll(async () => {
  const fast = '10000/10000';
  const rates = ['CHAT', 'CONTROL', 'MEDIA', 'QUERY', 'IMAGE', 'ERROR'].map((name) => [`RATE_${name}`, fast]);
  server = await startServer({ vars: Object.fromEntries(rates) });
  api = new Api(server.url);
  const room = await api.create();
  code = room.code;
  people = {
    host: await api.enter(code, 'Host', room.hostKey),
    cohost: await api.enter(code, 'Co'),
    member: await api.enter(code, 'Ada'),
    viewer: await api.enter(code, 'Vic'),
  };
  witness = await api.enter(code, 'Witness');
  for (const role of ['cohost', 'viewer'] as const) {
    await people.host.client.ask({ t: 'role.set', n: next(), member: people[role].id, role });
  }
  await people.host.client.ask({ t: 'role.set', n: next(), member: witness.id, role: 'cohost' });
  witness.client.send({ t: 'chat.send', n: 1, body });
  message = (await people.host.client.expectEvent('chat.sent', ({ by }) => by === witness.id)).seq;
});
afterAll(() => server.close());

/** What a try came to: `null` where it was let through, else the error's code and detail. */
type Refused = { readonly code: unknown; readonly detail: unknown } | null;

/** Sends a command on a socket. */
async function onSocket(
  person: Person,
  fields: { readonly t: string; readonly [field: string]: unknown },
): Promise<Refused> {
  const answer = await person.client.ask({ ...fields, n: next() });
  if (answer.t !== 'error') return null;
  return { code: 'code' in answer ? answer.code : null, detail: 'detail' in answer ? answer.detail : null };
}

async function overHttp(person: Person, path: string, body: unknown, headers = {}): Promise<Refused> {
  const answer = await api.request('POST', `/v1/rooms/${code}${path}`, {
    token: person.token,
    body,
    headers,
  });
  if (answer.status < 300) return null;
  expect(answer.status).toBe(403);
  const problem = answer.body as { code: string; detail?: string };
  return { code: problem.code, detail: problem.detail };
}

interface Deed {
  readonly name: string;
  readonly permission: Permission;
  readonly act: (person: Person) => Promise<Refused>;
  /** The event that the witness sees of it. */
  readonly event: string;
  /** Puts back what stays. */
  readonly undo?: (person: Person) => Promise<Refused>;
}

const body = { kind: 'text', text: 'x' };
const media = (permission: Permission, fields: object, off: object): Deed => ({
  name: JSON.stringify(fields),
  permission,
  event: 'media.changed',
  act: (person) => onSocket(person, { t: 'media.set', ...fields }),
  undo: (person) => onSocket(person, { t: 'media.set', ...off }),
});

const DEEDS: readonly Deed[] = [
  {
    name: 'chat to all',
    permission: 'chat',
    event: 'chat.sent',
    act: (person) => onSocket(person, { t: 'chat.send', body }),
  },
  {
    name: 'chat to all, over HTTP',
    permission: 'chat',
    event: 'chat.sent',
    act: (person) => overHttp(person, '/commands', { t: 'chat.send', n: next(), body }),
  },
  {
    name: 'chat to one',
    permission: 'direct',
    event: 'chat.sent',
    act: (person) => onSocket(person, { t: 'chat.send', to: witness.id, body }),
  },
  {
    name: 'a question to the hosts',
    permission: 'ask',
    event: 'chat.sent',
    act: (person) => onSocket(person, { t: 'chat.send', to: 'hosts', body }),
  },
  {
    name: 'a reaction to a message',
    permission: 'react',
    event: 'chat.reacted',
    act: (person) => onSocket(person, { t: 'chat.react', message, emoji: '👍', on: true }),
    undo: (person) => onSocket(person, { t: 'chat.react', message, emoji: '👍', on: false }),
  },
  {
    name: 'a picture over HTTP',
    permission: 'image',
    event: 'image.shared',
    act: (person) => overHttp(person, '/images', png, { 'content-type': 'image/png' }),
  },
  {
    name: 'a picture as a binary frame',
    permission: 'image',
    event: 'image.shared',
    act: async (person) => {
      const n = next();
      const from = person.client.frames.length;
      person.client.send(encodeBinary({ n }, png));
      const answer = await person.client.answer(n, from);
      if (answer.t !== 'error') return null;
      return {
        code: 'code' in answer ? answer.code : null,
        detail: 'detail' in answer ? answer.detail : null,
      };
    },
  },
  {
    name: 'another name',
    permission: 'rename',
    event: 'member.renamed',
    act: (person) => onSocket(person, { t: 'member.rename', name: `Name ${next()}` }),
  },
  media('camera', { camera: true }, { camera: false }),
  media('microphone', { microphone: true }, { microphone: false }),
  media('microphone', { microphone: true, speaking: true }, { microphone: false }),
  media('screen', { screen: true }, { screen: false }),
  {
    name: 'a hand',
    permission: 'hand',
    event: 'hand.raised',
    act: (person) => onSocket(person, { t: 'hand.raise' }),
    undo: (person) => onSocket(person, { t: 'hand.lower' }),
  },
  {
    name: 'a reaction',
    permission: 'react',
    event: 'reaction.sent',
    act: (person) => onSocket(person, { t: 'reaction.send', emoji: '👏' }),
  },
  {
    name: 'writing to all',
    permission: 'chat',
    event: 'typing.changed',
    act: (person) => onSocket(person, { t: 'typing.set', typing: true }),
    undo: (person) => onSocket(person, { t: 'typing.set', typing: false }),
  },
  {
    name: 'writing to one',
    permission: 'direct',
    event: 'typing.changed',
    act: (person) => onSocket(person, { t: 'typing.set', typing: true, to: witness.id }),
  },
];

async function setFlag(permission: Permission, isOpen: boolean): Promise<void> {
  // Everything else is the other way round, so that a look at the wrong flag shows.
  const policy = Object.fromEntries(Object.keys(DEFAULT_POLICY).map((flag) => [flag, !isOpen]));
  const { client } = people.host;
  await client.ask({ t: 'policy.set', n: next(), policy: { ...policy, [permission]: isOpen } });
}

async function setRight(of: Person, permission: Permission, right: 'granted' | 'denied' | null) {
  await people.host.client.ask({
    t: 'rights.set',
    n: next(),
    member: of.id,
    rights: { [permission]: right },
  });
}

describe.each(DEEDS)('$name', ({ permission, act, event, undo }) => {
  const cases = [true, false].flatMap((isOpen) =>
    ROLES.flatMap((role) => ([null, 'granted', 'denied'] as const).map((right) => ({ isOpen, role, right }))),
  );

  test.each(cases)(
    `${permission}, open $isOpen: $role, own right $right`,
    async ({ isOpen, role, right }) => {
      const person = people[role];
      await setFlag(permission, isOpen);
      await setRight(person, permission, right);
      await witness.client.barrier();
      const from = witness.client.frames.length;

      const rights: Rights = right === null ? {} : { [permission]: right };
      const isAllowed = can({ role, rights }, { ...DEFAULT_POLICY, [permission]: isOpen }, permission);
      const refused = await act(person);
      if (isAllowed) {
        expect(refused).toBeNull();
        // A reaction may be that of several.
        const isTheirs = ({ by, members = [by] }: TestEvent) => Object(members).includes(person.id);
        await witness.client.expectEvent(event, isTheirs, from);
        expect((await undo?.(person)) ?? null).toBeNull();
      } else {
        expect(refused).toMatchObject({ code: 'not_allowed' });
        await witness.client.barrier();
        expect(witness.client.events(from)).toEqual([]);
      }
      await setRight(person, permission, null);
    },
  );
});
