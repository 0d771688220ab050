import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode, MyGroup, Standing } from '../../src/protocol/index.ts';
import { emptyTables, expectProblem } from './support/account-server.ts';
import { type Enlisted, enlist } from './support/crowd.ts';
import {
  act,
  askToCome,
  come,
  enrol,
  found,
  groupsOf,
  hear,
  leave,
  look,
  room,
  say,
  settle,
} from './support/groups.ts';
import { ask, connect } from './support/inbox-sockets.ts';

beforeEach(emptyTables);

describe('a group', () => {
  it('is founded once however often the request is sent', async () => {
    const [ada] = await enlist('ada');
    if (ada === undefined) throw new Error('nobody');
    const send = async (name: string) => {
      const { exports } = await import('cloudflare:workers');
      return exports.default.fetch('http://parley.test/v1/groups', {
        method: 'POST',
        headers: {
          authorization: `Bearer ${ada.token}`,
          'content-type': 'application/json',
          'idempotency-key': 'founded-once-however-often',
        },
        body: JSON.stringify({ name }),
      });
    };
    const first = (await (await send('Physics')).json()) as { standing: Standing };
    const second = (await (await send('Physics')).json()) as { standing: Standing };
    expect(second.standing.group).toBe(first.standing.group);
    await expectProblem(await send('Chemistry'), 'idempotency_mismatch');
  });

  it('is invited to, entered, talked in, and left; everybody’s own list follows', async () => {
    const [ada, bob] = (await enlist('ada', 'bob')) as [Enlisted, Enlisted];
    const code = await found(ada);
    const phone = await connect(bob.token);
    const host = await come(ada, code);
    expect(host.first).toMatchObject({ self: { role: 'host' }, group: { role: 'owner' } });
    expect((await act(host, { t: 'group.invite', account: bob.id })).t).not.toBe('error');
    const invited = await hear(phone, ({ t }) => t === 'group.standing');
    expect(invited).toMatchObject({
      standing: { group: code, state: 'invited', invitedBy: { id: ada.id } },
      from: { id: ada.id },
    });
    expect((await enrol(bob, code)).status).toBe(200);
    const member = await come(bob, code);
    expect(member.first).toMatchObject({ self: { role: 'member', name: 'bob' }, group: { role: 'member' } });
    await say(host, 'hello');
    await hear(member, ({ t }) => t === 'chat.sent');
    await settle(code);
    expect(await groupsOf(bob)).toMatchObject([{ group: code, state: 'enrolled', role: 'member' }]);
    expect((await leave(bob, code)).status).toBe(204);
    await settle(code);
    expect(await groupsOf(bob)).toEqual([]);
    await expectProblem(await askToCome(bob, code), 'not_enrolled');
    expect(await groupsOf(ada)).toMatchObject([{ group: code, state: 'enrolled', role: 'owner' }]);
  });

  it('is entered by nobody who does not belong, with whatever token', async () => {
    const [ada, eve] = (await enlist('ada', 'eve')) as [Enlisted, Enlisted];
    const code = await found(ada);
    const other = await found(eve);
    const mine = await come(eve, other);
    await expectProblem(await askToCome(eve, code), 'not_enrolled');
    // A member token of another group, and none at all.
    const byToken = await ask(mine.memberToken, 'POST', `/v1/rooms/${code}/join`, {});
    await expectProblem(byToken, 'token_invalid');
    const { exports } = await import('cloudflare:workers');
    const guest = await exports.default.fetch(`http://parley.test/v1/rooms/${code}/join`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Eve' }),
    });
    await expectProblem(guest, 'not_enrolled');
    // Nor is anything of it to be seen.
    for (const path of [`/v1/groups/${code}`, `/v1/rooms/${code}`, '/v1/groups/zzz-zzzz-zzz'])
      await expectProblem(await ask(eve.token, 'GET', path), 'room_not_found');
    await expectProblem(await enrol(eve, code), 'room_not_found');
    await expectProblem(await leave(eve, code), 'room_not_found');
    const none = await exports.default.fetch(`http://parley.test/v1/groups/${code}`);
    await expectProblem(none, 'login_required');
  });

  it('puts out in the middle of it whoever is removed, and nothing they hold brings them back', async () => {
    const [ada, bob] = (await enlist('ada', 'bob')) as [Enlisted, Enlisted];
    const code = await found(ada, { joining: 'open' });
    await enrol(bob, code);
    const host = await come(ada, code);
    const member = await come(bob, code);
    const closed = new Promise<number>((resolve) =>
      member.socket.addEventListener('close', ({ code: reason }) => resolve(reason)),
    );
    await act(host, { t: 'group.remove', account: bob.id });
    expect(await closed).toBe(4106);
    const refusedWith = async (response: Promise<Response>, error: ErrorCode) =>
      expectProblem(await response, error);
    await refusedWith(ask(member.memberToken, 'POST', `/v1/rooms/${code}/join`, {}), 'not_enrolled');
    await refusedWith(ask(member.memberToken, 'POST', `/v1/rooms/${code}/token`), 'member_gone');
    await refusedWith(
      ask(member.memberToken, 'POST', `/v1/rooms/${code}/commands`, { t: 'chat.history' }),
      'member_gone',
    );
  });

  it('remembers, through sleep, who has read what, and tells who comes back', async () => {
    const [ada, bob] = (await enlist('ada', 'bob')) as [Enlisted, Enlisted];
    const code = await found(ada, { joining: 'open' });
    await enrol(bob, code);
    await settle(code);
    const host = await come(ada, code);
    for (const text of ['one', 'two']) await say(host, text);
    await say(host, 'three', [bob.id]);
    await evictDurableObject(room(code), { webSockets: 'hibernate' });
    const phone = await connect(bob.token);
    const unread = await hear(phone, ({ t }) => t === 'group.unread');
    expect(unread).toMatchObject({
      group: code,
      unread: 3,
      mentions: 1,
      lastMessage: { text: 'three', account: ada.id },
    });
    const member = await come(bob, code);
    const { seq } = (unread.lastMessage as { seq: number }) ?? { seq: 0 };
    expect(await act(member, { t: 'group.read', upTo: seq })).toMatchObject({ t: 'ok' });
    await evictDurableObject(room(code), { webSockets: 'hibernate' });
    expect(await (await look(bob, code)).json()).toMatchObject({
      standing: { unread: 0, mentions: 0, read: seq, role: 'member' },
    });
  });

  it('reuses the place of a device that is gone, so that years leave no rows behind', async () => {
    const [ada] = (await enlist('ada')) as [Enlisted];
    const code = await found(ada);
    const ids = new Set<string>();
    for (let index = 0; index < 15; index += 1) {
      const member = await come(ada, code);
      ids.add(member.id);
      await act({ ...member, n: Number(member.first.acked) }, { t: 'member.leave' });
    }
    expect(ids.size).toBe(10);
  });

  it('is deleted with all that was ever said, and everybody hears of it', async () => {
    const [ada, bob] = (await enlist('ada', 'bob')) as [Enlisted, Enlisted];
    const code = await found(ada, { joining: 'open' });
    await enrol(bob, code);
    await settle(code);
    const phone = await connect(bob.token);
    const host = await come(ada, code);
    await say(host, 'secret');
    await act(host, { t: 'group.delete' });
    expect(await hear(phone, ({ t }) => t === 'group.standing')).toMatchObject({
      standing: { group: code, state: 'deleted' },
    });
    await expect
      .poll(() =>
        runInDurableObject(room(code), (_room, { storage }: DurableObjectState) =>
          storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('state', 'segments')").toArray(),
        ),
      )
      .toEqual([]);
    await expectProblem(await look(ada, code), 'room_not_found');
    expect(await groupsOf(bob)).toEqual([]);
    const index = await env.ACCOUNTS.prepare('SELECT * FROM enrolled').all();
    expect(index.results).toEqual([]);
  });

  it('is not gone in and out of without end, and who was removed stays out until invited', async () => {
    const [ada, bob] = (await enlist('ada', 'bob')) as [Enlisted, Enlisted];
    const code = await found(ada, { joining: 'open' });
    const statuses: number[] = [];
    for (let turn = 0; turn < 8; turn += 1)
      statuses.push((await (turn % 2 === 0 ? enrol(bob, code) : leave(bob, code))).status);
    expect(statuses).toEqual([200, 204, 200, 204, 200, 429, 200, 429]);
    const host = await come(ada, code);
    await act(host, { t: 'group.remove', account: bob.id });
    // What was counted is in memory alone; what was decided is not.
    await evictDurableObject(room(code), { webSockets: 'hibernate' });
    await expectProblem(await enrol(bob, code), 'group_removed');
    await act(host, { t: 'group.invite', account: bob.id });
    expect((await enrol(bob, code)).status).toBe(200);
  });

  it('holds nothing any more of what was said by somebody whose account is deleted', async () => {
    const [ada, bob] = (await enlist('ada', 'bob')) as [Enlisted, Enlisted];
    const code = await found(ada, { joining: 'open' });
    await enrol(bob, code);
    const member = await come(bob, code);
    await say(member, 'a secret of theirs');
    const host = await come(ada, code);
    await say(host, 'kept');
    expect(await room(code).forgetAccount(bob.id)).toEqual({ ok: true, value: null });
    await hear(host, ({ t }) => t === 'group.erased');
    // The erasure is on disk with what caused it: a sleep in between loses nothing.
    await evictDurableObject(room(code), { webSockets: 'hibernate' });
    const log = () =>
      runInDurableObject(room(code), (_room, { storage }: DurableObjectState) =>
        JSON.stringify(storage.sql.exec('SELECT * FROM segments').toArray()),
      );
    await expect.poll(log).not.toContain('a secret of theirs');
    expect(await log()).toContain('kept');
    expect(await log()).toContain('Deleted account');
    expect(await log()).not.toMatch(/name.{1,5}bob/);
    const { first } = await come(ada, code);
    expect(JSON.stringify(first)).not.toContain('secret');
  });

  it('has no card any more of somebody who belonged, and never opened it', async () => {
    const [ada, bob] = (await enlist('ada', 'bobby_tables')) as [Enlisted, Enlisted];
    const code = await found(ada, { joining: 'open' });
    await enrol(bob, code);
    await settle(code);
    const log = () =>
      runInDurableObject(room(code), (_room, { storage }: DurableObjectState) =>
        JSON.stringify(storage.sql.exec('SELECT * FROM segments').toArray()),
      );
    expect(await log()).toContain('bobby_tables');
    expect(await room(code).forgetAccount(bob.id, Date.now() + 60_000)).toEqual({ ok: true, value: null });
    await evictDurableObject(room(code));
    await expect.poll(log).not.toContain('bobby_tables');
  });

  it('has an heir when its owner’s account is deleted', async () => {
    const [ada, bob] = (await enlist('ada', 'bob')) as [Enlisted, Enlisted];
    const code = await found(ada, { joining: 'open' });
    await enrol(bob, code);
    await settle(code);
    expect(await room(code).forgetAccount(ada.id)).toEqual({ ok: true, value: null });
    await settle(code);
    expect(await (await look(bob, code)).json()).toMatchObject({ standing: { role: 'owner', enrolled: 1 } });
    expect(await groupsOf(bob)).toMatchObject([{ role: 'owner' }]);
  });
});

describe('a request', () => {
  it('is told to owner and admins, and its answer to whoever asked', async () => {
    const [ada, bob] = (await enlist('ada', 'bob')) as [Enlisted, Enlisted];
    const code = await found(ada, { joining: 'request' });
    const host = await come(ada, code);
    expect(await (await look(bob, code)).json()).toEqual({
      group: {
        group: code,
        name: 'Physics',
        joining: 'request',
        enrolled: 1,
        invited: null,
        asked: false,
      },
    });
    const asked = await enrol(bob, code, 'it is me');
    expect(asked.status).toBe(202);
    expect(await hear(host, ({ t }) => t === 'group.asked')).toMatchObject({
      request: { person: { id: bob.id, userName: 'bob' }, note: 'it is me' },
    });
    const phone = await connect(bob.token);
    await act(host, { t: 'group.decide', account: bob.id, accept: true });
    expect(
      await hear(
        phone,
        ({ t, standing }) => t === 'group.standing' && (standing as MyGroup).state === 'enrolled',
      ),
    ).toMatchObject({ from: { id: ada.id } });
  });
});

describe("everybody's group", () => {
  it('is made, joined and kept by what people’s objects ask of it', async () => {
    const [ada, bob] = (await enlist('ada', 'bob')) as [Enlisted, Enlisted];
    const code = 'eve-rybo-dys';
    const make = () =>
      room(code).createRoom({
        code,
        name: 'All of us',
        hostKeyHash: 'x'.repeat(43),
        fingerprint: 'everybody',
        group: {
          owner: null,
          joining: 'invite',
          announcements: true,
          membersInvite: false,
          everybody: true,
        },
      });
    expect(await make()).toMatchObject({ ok: true, value: { taken: false } });
    expect(await make()).toMatchObject({ ok: true, value: { taken: false } });
    for (const [person, role] of [
      [ada, 'admin'],
      [bob, 'member'],
    ] as const)
      expect(await room(code).enrolEverybody(person.card, role, 'All of us')).toMatchObject({ ok: true });
    await settle(code);
    expect(await groupsOf(bob)).toMatchObject([{ everybody: true, role: 'member', name: 'All of us' }]);
    const reader = await come(bob, code);
    expect(await say(reader, 'may I?')).toMatchObject({ t: 'error', code: 'not_allowed' });
    await say(await come(ada, code), 'to all');
    await hear(reader, ({ t }) => t === 'chat.sent');
    await expectProblem(await leave(bob, code), 'group_fixed');
  });
});
