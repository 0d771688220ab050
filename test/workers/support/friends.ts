import { expect } from 'vitest';
import { ask, askTicket, type Person } from './inbox-sockets.ts';

/** Makes two people contacts, as their clients would: each looks the other up, one asks, the other accepts. */
export async function befriend(one: Person, two: Person, names: readonly [string, string]): Promise<void> {
  const [device, other] = [(await askTicket(one.token)).device, (await askTicket(two.token)).device];
  for (const [{ token }, userName] of [
    [one, names[1]],
    [two, names[0]],
  ] as const)
    expect((await ask(token, 'POST', '/v1/me/people', { userName })).status).toBe(200);
  const run = async (person: Person, from: string, command: object): Promise<string> =>
    (await ask(person.token, 'POST', '/v1/me/commands', { device: from, command })).text();
  await run(one, device, { t: 'contact.ask', account: two.id });
  await expect.poll(() => run(two, other, { t: 'contact.accept', account: one.id })).toContain('"contact"');
  // Word of it has come back when the one who asked may write: what is missing now is the message.
  const edit = { t: 'direct.edit', with: two.id, message: 1, body: { kind: 'text', text: 'x' } };
  await expect.poll(() => run(one, device, edit)).toContain('message_unknown');
}
