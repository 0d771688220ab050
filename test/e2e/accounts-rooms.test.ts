// People with accounts in rooms, by the SDK over a real port: hosts by right, devices of one account, bans, guests.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type Accounts,
  avatarUrl,
  createRoom,
  type JoinOptions,
  joinRoom,
  type RoomConnection,
} from '../../src/client/index.ts';
import { png } from '../support/pictures.ts';
import { Api } from '../support/raw-client.ts';
import { logIn, refusal, register, UNLIMITED, whoIs } from './support/people.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
let ada: Accounts;
let ben: Accounts;
let benAtHome: Accounts;
let rooms: RoomConnection[] = [];
beforeAll(async () => {
  server = await startServer({ vars: UNLIMITED });
  [ada, ben] = [await register(server.url, 'ada', 'Ada'), await register(server.url, 'ben', 'Ben')];
  benAtHome = await logIn(server.url, 'ben');
  await ada.setAvatar(png);
});
afterEach(() => {
  for (const room of rooms) room.close();
  rooms = [];
});
afterAll(() => server.close());

async function join(code: string, options: Partial<JoinOptions>): Promise<RoomConnection> {
  const room = await joinRoom({ server: server.url, code, ...options });
  rooms.push(room);
  return room;
}

/** Waits until the state of a room is as `isSo` wants it. */
function until(room: RoomConnection, isSo: (state: RoomConnection['state']) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!isSo(room.state)) return;
      stop();
      resolve();
    };
    const stop = room.subscribe(look);
    look();
  });
}

const room = (account: Accounts) => createRoom({ server: server.url, name: 'Standup', account });

describe('the account that made a room', () => {
  test('is its host by right on each device, and shown with its name and picture; a guest is a guest', async () => {
    const { code } = await room(ada);
    const laptop = await join(code, { account: ada });
    const phone = await join(code, { account: await logIn(server.url, 'ada') });
    const guest = await join(code, { name: 'Gil' });
    const { id, name, avatar } = whoIs(ada);
    for (const device of [laptop, phone])
      expect(device.state.self).toMatchObject({ name, account: id, avatar, role: 'host' });
    expect(phone.state.self.id).not.toBe(laptop.state.self.id);
    expect(guest.state.self).toMatchObject({ name: 'Gil', account: null, role: 'member' });
    expect(guest.state.self).not.toHaveProperty('avatar');

    await until(guest, ({ members }) => members.size === 3);
    const others = Array.from(guest.state.members.values()).filter(({ account }) => account === id);
    expect(others).toMatchObject([
      { name, avatar },
      { name, avatar },
    ]);
    const shown = await fetch(avatarUrl(others[0]?.avatar ?? '', server.url));
    expect(new Uint8Array(await shown.arrayBuffer())).toEqual(png);

    // Each device is a member of its own.
    await laptop.setMedia({ camera: true });
    await until(guest, ({ media }) => media.get(laptop.state.self.id)?.camera === true);
    expect(guest.state.media.get(phone.state.self.id)?.camera ?? false).toBe(false);
    await phone.setPolicy({ screen: false });
    await until(guest, ({ policy }) => !policy.screen);
  });

  test('is known by its token alone, also from a plain client', async () => {
    const api = new Api(server.url);
    const { token, id } = whoIs(ada);
    const created = await api.request('POST', '/v1/rooms', { token, body: { name: 'Plain' } });
    expect(created.status).toBe(201);
    const { code } = created.body as { code: string };
    const joined = await api.join(code, {}, token);
    expect(joined.member).toMatchObject({ name: 'Ada', role: 'host', account: id });
    const client = await api.connect(joined);
    expect(client.ready.self).toMatchObject({ account: id, role: 'host' });
    client.close();
  });

  test('has a host key that works for others as before, and nobody else is host by right', async () => {
    const { code, hostKey } = await room(ada);
    expect((await join(code, { account: ben })).state.self.role).toBe('member');
    const guest = await join(code, { name: 'Gil', hostKey });
    expect(guest.state.self).toMatchObject({ role: 'host', account: null });
  });

  test('does not say in the room what it logs in with', async () => {
    const { code } = await room(ada);
    await join(code, { account: ada });
    const guest = await join(code, { name: 'Gil' });
    await until(guest, ({ members }) => members.size === 2);
    const told = JSON.stringify(Array.from(guest.state.members.values()));
    expect(told).not.toContain('acc_');
    expect(told).not.toContain('"ada"');
  });
});

describe('in the room of somebody else', () => {
  test('a right that is denied is denied on every device, and on those that come later or come back', async () => {
    const { code } = await room(ada);
    const host = await join(code, { account: ada });
    const [work, home] = [await join(code, { account: ben }), await join(code, { account: benAtHome })];
    const left = await join(code, { account: ben });
    await left.leave();
    await until(host, ({ members }) => members.size === 3);
    await host.setRights(work.state.self.id, { chat: 'denied' });
    await until(work, ({ self }) => self.rights.chat === 'denied');
    expect(await refusal(work.chat('one'))).toBe('not_allowed');
    expect(await refusal(home.chat('two'))).toBe('not_allowed');
    const tablet = await join(code, { account: await logIn(server.url, 'ben') });
    expect(await refusal(tablet.chat('three'))).toBe('not_allowed');
    const back = await join(code, { token: left.token });
    expect(await refusal(back.chat('three and a half'))).toBe('not_allowed');
    const guest = await join(code, { name: 'Ben' });
    expect(await guest.chat('four')).toMatchObject({ status: 'done' });
  });

  test('a ban is the account’s: its other devices stay out, other people do not, and lifting it lets all in', async () => {
    const { code } = await room(ada);
    const host = await join(code, { account: ada });
    const work = await join(code, { account: ben });
    await until(host, ({ members }) => members.size === 2);
    const banned = work.state.self.id;
    await host.ban(banned);
    await until(work, ({ connection }) => connection.status === 'closed');
    expect(work.state.connection).toMatchObject({ name: 'banned' });
    expect(await refusal(join(code, { account: ben }))).toBe('banned');
    expect(await refusal(join(code, { account: benAtHome }))).toBe('banned');
    expect(await refusal(join(code, { token: work.token, account: benAtHome }))).toBe('banned');
    expect((await join(code, { name: 'Ben' })).state.self.account).toBeNull();
    await host.liftBan(banned);
    // Like everybody who was put out they come back through the lobby.
    const back = await join(code, { account: benAtHome });
    expect(back.state.waiting).toMatchObject({ reason: 'approval' });
    await host.admit([back.state.self.id]);
    await until(back, ({ waiting }) => waiting === null);
    expect(back.state.self).toMatchObject({ account: whoIs(ben).id, role: 'member' });
  });

  test('a member token brings back the same member; where it is of no use the account joins anew', async () => {
    const { code } = await room(ada);
    await join(code, { account: ada });
    const before = await join(code, { account: ben });
    before.close();
    const back = await join(code, { token: before.token, account: ben });
    expect(back.state.self.id).toBe(before.state.self.id);
    const other = await room(ada);
    const anew = await join(other.code, { token: before.token, account: ben });
    expect(anew.state.self).toMatchObject({ name: 'Ben', account: whoIs(ben).id });
    expect(await refusal(join(other.code, { token: before.token, name: 'Ben' }))).toBe('token_invalid');
  });

  test('a login that has ended opens no room, and is not taken for a guest’s', async () => {
    const { code } = await room(ada);
    const lost = await logIn(server.url, 'ben');
    await ben.endOtherLogins();
    benAtHome = await logIn(server.url, 'ben');
    expect(await refusal(join(code, { name: 'Ben', account: lost }))).toBe('login_required');
    expect(lost.current).toBeNull();
    expect(await refusal(createRoom({ server: server.url, name: 'x', account: 'acc_unknown' }))).toBe(
      'login_required',
    );
  });

  test('what is changed of an account is shown by those who come after that', async () => {
    const dora = await register(server.url, 'dora', 'Dora');
    const { code } = await room(ada);
    await dora.rename('Dora the Second');
    await dora.setAvatar(png);
    const { self } = (await join(code, { account: dora })).state;
    expect(self).toMatchObject({ name: 'Dora the Second', avatar: whoIs(dora).avatar });
  });
});
