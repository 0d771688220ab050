// What stands between people and a room, by the SDK over a real port: passcode, invitation, schedule, end and reopening.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createRoom,
  inviteLink,
  joinRoom,
  type ParleyError,
  reopenRoom,
  roomStatus,
} from '../../src/client/index.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ vars: { RATE_REFUSALS_PER_MINUTE: '0', RATE_CREATIONS_PER_MINUTE: '0' } });
});
afterAll(() => server.close());

const at = () => ({ server: server.url });
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: ParleyError) => error.code,
  );

test('a passcode is asked of strangers only, and its text is told to nobody', async () => {
  const { code, hostKey } = await createRoom({ ...at(), name: 'Waves' });
  const join = (more: object) => joinRoom({ ...at(), code, name: 'Eve', ...more });
  const host = await join({ hostKey });
  await host.setPasscode('open sesame');
  expect(host.state.passcode).toBe(true);
  expect(await roomStatus({ ...at(), code })).toMatchObject({ passcode: true });
  expect(await refusal(join({}))).toBe('passcode_required');
  expect(await refusal(join({ passcode: 'nonsense' }))).toBe('passcode_wrong');
  const eve = await join({ passcode: 'open sesame' });
  expect(eve.state.passcode).toBe(true);
  eve.close();
  const back = await joinRoom({ ...at(), code, token: eve.token });
  expect(back.state.self.id).toBe(eve.state.self.id);
  back.close();
  host.close();
});

test('an invitation gives its role, and its link keeps the secret from servers', async () => {
  const { code, hostKey, link } = await createRoom({ ...at(), name: 'Waves' });
  const host = await joinRoom({ ...at(), code, name: 'Host', hostKey });
  await host.setDoor({ entry: 'invited' });
  const receipt = await host.createInvite({ role: 'viewer', uses: 1 });
  if (receipt.status !== 'done') throw new Error('no receipt');
  const address = new URL(inviteLink(link, receipt.result.secret));
  expect(address.search).toBe('');
  const invite = new URLSearchParams(address.hash.slice(1)).get('invite') ?? '';
  const eve = await joinRoom({ ...at(), code, name: 'Eve', invite });
  expect(eve.state).toMatchObject({ self: { role: 'viewer' }, waiting: null });
  expect(await refusal(joinRoom({ ...at(), code, name: 'Joe', invite }))).toBe('invite_invalid');
  const list = await host.invites();
  expect(list).toMatchObject({ result: { invites: [{ used: 1, state: 'used' }] } });
  eve.close();
  host.close();
});

test('a room ends at its time, and its host opens it again: who was there comes back into the same room', async () => {
  const { code, hostKey } = await createRoom({ ...at(), name: 'Waves' });
  const host = await joinRoom({ ...at(), code, name: 'Host', hostKey });
  const ada = await joinRoom({ ...at(), code, name: 'Ada' });
  await ada.chat('before');
  const ended = new Promise<void>((resolve) => {
    ada.subscribe(() => {
      if (ada.state.connection.status === 'closed') resolve();
    });
  });
  const expiresAt = Date.now() + 1_500;
  await host.setSchedule({ expiresAt });
  await ended;
  expect(Date.now()).toBeGreaterThanOrEqual(expiresAt);
  expect(ada.state).toMatchObject({ ending: expiresAt, connection: { status: 'closed', name: 'ended' } });
  expect(await refusal(joinRoom({ ...at(), code, token: ada.token }))).toBe('room_ended');
  expect(await refusal(reopenRoom({ ...at(), code, bearer: ada.token }))).toBe('role_required');
  expect(await refusal(reopenRoom({ ...at(), code, bearer: `hk_${'x'.repeat(43)}` }))).toBe('host_key_wrong');
  expect(await reopenRoom({ ...at(), code, bearer: hostKey })).toMatchObject({ code });
  expect(await roomStatus({ ...at(), code })).toMatchObject({ status: 'open', members: 0 });
  const back = await joinRoom({ ...at(), code, token: ada.token });
  expect(back.state).toMatchObject({ count: 1, ending: null, schedule: { expiresAt: null } });
  expect(back.state.messages).toMatchObject([{ body: { text: 'before' } }]);
  await back.chat('after');
  back.close();
});

test('a calendar file is there for a room with an opening time, and for no other', async () => {
  const opensAt = Date.UTC(2050, 0, 2, 9, 30);
  const planned = await createRoom({ ...at(), name: 'Waves', schedule: { opensAt, maxMinutes: 45 } });
  const file = await fetch(`${server.url}/v1/rooms/${planned.code}/calendar.ics`);
  expect(file.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  const text = await file.text();
  expect(text).toContain('DTSTART:20500102T093000Z\r\nDTEND:20500102T101500Z\r\n');
  expect(text).not.toContain(planned.hostKey);
  const { code } = await createRoom({ ...at(), name: 'Now' });
  expect((await fetch(`${server.url}/v1/rooms/${code}/calendar.ics`)).status).toBe(404);
});
