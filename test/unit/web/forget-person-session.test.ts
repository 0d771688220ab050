import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { intend } from '../../../web/src/room/intent.ts';
import { Session } from '../../../web/src/room/session.ts';
import { forgetPerson, hostPasses, lastGuests, memberTokens } from '../../../web/src/room/storage.ts';
import { Told } from './recording/fakes.ts';

const CODE = 'abc-defg-hij';
const login = vi.hoisted(() => ({ current: null as { account: { id: string } } | null }));
const rooms = vi.hoisted(() => ({ next: null as unknown }));
vi.mock('../../../web/src/account/accounts.ts', () => ({ accounts: login }));
vi.mock('../../../web/src/room/activity.ts', () => ({ Activity: class {} }));
vi.mock('../../../src/client/index.ts', async (original) => ({
  ...(await original<typeof import('../../../src/client/index.ts')>()),
  joinRoom: async () => rooms.next,
}));

class Kept {
  [key: string]: unknown;
  getItem(key: string): string | null {
    return Object.hasOwn(this, key) ? String(this[key]) : null;
  }
  setItem(key: string, value: string): void {
    this[key] = value;
  }
  removeItem(key: string): void {
    delete this[key];
  }
}

class FakeRoom extends Told {
  readonly token = 'secret';
  state = {
    self: { id: 'm_ada', name: 'Ada', role: 'host' },
    connection: { status: 'online' as string, name: null as string | null },
  };
  on = () => () => undefined;
  close(): void {}
}

beforeEach(() => {
  for (const one of ['localStorage', 'sessionStorage']) vi.stubGlobal(one, new Kept());
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('location', { hash: '', pathname: `/${CODE}` });
});
afterEach(() => vi.unstubAllGlobals());

/** Ada is in a room of which she is the host, by the page. */
async function comeIn(): Promise<FakeRoom> {
  const room = new FakeRoom();
  rooms.next = room;
  intend(CODE, { name: 'Ada' });
  const session = new Session(CODE);
  session.start();
  await vi.waitFor(() => expect(session.phase.at).toBe('inside'));
  return room;
}
const written = () => [hostPasses, memberTokens, lastGuests].map((kind) => kind.get(CODE));

test.each([
  ['nobody', null],
  ['somebody else', { account: { id: 'a_ben' } }],
])('a meeting that goes on after a log-out writes nothing of its member for %s', async (_, next) => {
  login.current = { account: { id: 'a_ada' } };
  const room = await comeIn();
  expect(written()).toEqual(['host secret', 'secret', null]);
  login.current = next;
  forgetPerson();
  room.tell();
  expect(written()).toEqual([null, null, null]);
  room.state = { ...room.state, connection: { status: 'closed', name: 'ended' } };
  room.tell();
  expect(written()).toEqual([null, null, null]);
});

test('a guest who logs in elsewhere keeps their seat in this tab', async () => {
  login.current = null;
  const room = await comeIn();
  login.current = { account: { id: 'a_ada' } };
  memberTokens.set(CODE, null);
  room.tell();
  expect(written()).toEqual(['host secret', 'secret', 'secret Ada']);
});
