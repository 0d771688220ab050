// The group of everybody, as a server's settings make it: enrolled by connecting, written in by administrators alone.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Accounts, type Inbox, type InboxView, openInbox } from '../../src/client/index.ts';
import { until } from './support/inboxes.ts';
import { refusal, register, UNLIMITED } from './support/people.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
let opened: Inbox[] = [];
beforeAll(async () => {
  const vars = { ...UNLIMITED, EVERYBODY_GROUP: 'All of us', ADMINISTRATORS: 'Boss, nobody-yet' };
  server = await startServer({ vars });
});
afterEach(() => {
  for (const inbox of opened) inbox.close();
  opened = [];
});
afterAll(() => server.close());

async function open(account: Accounts): Promise<Inbox> {
  const inbox = await openInbox({ server: server.url, account });
  opened.push(inbox);
  return inbox;
}
const ours = ({ groups }: InboxView) => groups.find(({ everybody }) => everybody);
const isIn = (state: InboxView): boolean => ours(state)?.state === 'enrolled';

test('everybody is enrolled at the first connection, administrators write, the others read and are told', async () => {
  const boss = await open(await register(server.url, 'boss'));
  const account = await register(server.url, 'reader');
  const reader = await open(account);
  for (const inbox of [boss, reader]) await until(inbox, isIn);
  expect(ours(boss.state)).toMatchObject({ name: 'All of us', role: 'admin' });
  expect(ours(reader.state)).toMatchObject({ name: 'All of us', role: 'member' });
  const code = ours(boss.state)?.group ?? '';
  expect(ours(reader.state)?.group).toBe(code);

  const stage = await boss.openGroup(code);
  await stage.chat('welcome');
  // They have it not open: a hint comes to their inbox.
  await until(reader, ({ unread }) => unread.groups === 1);
  const seats = await reader.openGroup(code);
  expect(seats.state).toMatchObject({ group: { everybody: true, enrolled: 2 }, self: { role: 'member' } });
  expect(await refusal(seats.chat('may I?'))).toBe('not_allowed');
  expect(await refusal(reader.leaveGroup(code))).toBe('group_fixed');
  await stage.chat('second');
  await expect.poll(() => seats.state.messages.length).toBe(2);
  for (const room of [stage, seats]) room.close();

  // Who comes later finds what was said, and coming back enrols nobody twice.
  const late = await open(await register(server.url, 'late'));
  await until(late, isIn);
  reader.close();
  const again = await open(account);
  await until(again, isIn);
  const looked = await late.openGroup(code);
  expect(looked.state.group).toMatchObject({ enrolled: 3, owner: null });
  expect(looked.state.messages.map(({ t }) => t)).toEqual(['chat.sent', 'chat.sent']);
  looked.close();
});
