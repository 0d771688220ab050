// Hands, reactions, typing, muting and the spotlight over real sockets: who is told, and what stays.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Api, type Person } from '../support/raw-client.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
let api: Api;
let code: string;
let host: Person;
let ada: Person;
let ben: Person;
let n = 0;

beforeAll(async () => {
  server = await startServer({ vars: { RATE_MEDIA: '10000/10000' } });
  api = new Api(server.url);
});
afterAll(() => server.close());
beforeEach(async () => {
  const room = await api.create();
  code = room.code;
  host = await api.enter(code, 'Host', room.hostKey);
  ada = await api.enter(code, 'Ada');
  ben = await api.enter(code, 'Ben');
});

const ask = (person: Person, command: { readonly t: string; readonly [field: string]: unknown }) => {
  n += 1;
  return person.client.ask({ ...command, n });
};
/** What a person was told of these types, after everything so far has been told. */
async function told(person: Person, ...types: string[]) {
  await person.client.barrier();
  return person.client.events().filter(({ t }) => types.includes(t));
}
/** Comes back on a new socket, from nowhere. */
async function anew(person: Person) {
  const { ready } = await api.connect(await api.join(code, {}, person.token));
  return ready;
}

test('muting all is answered, and seen by all with whom it was done to', async () => {
  for (const [index, person] of [host, ada, ben].entries())
    await ask(person, { t: 'call.enter', call: `c_${String(index).padStart(22, '0')}` });
  for (const person of [host, ada]) await ask(person, { t: 'media.set', microphone: true });
  const stopped = { t: 'media.stopped', members: [ada.id], media: ['microphone'], by: host.id };
  expect(await ask(host, { t: 'media.stop', members: 'all', media: ['microphone'] })).toMatchObject({
    ...stopped,
    n,
  });
  for (const person of [host, ada, ben]) expect(await told(person, 'media.stopped')).toMatchObject([stopped]);
  const { latest, acked } = await anew(host);
  expect(latest.filter(({ t }) => t === 'media.changed')).toEqual([]);
  expect(acked).toBe(n);
});

test('muting all reaches whose line is lost: the others hear it at once, and they before all else when they are back', async () => {
  await ask(ada, { t: 'media.set', microphone: true });
  ada.client.socket.terminate();
  await ben.client.expectEvent('member.away', ({ member }) => member === ada.id);
  // Ben's line is lost, too: whoever hears of it later goes on receiving her sound till then.
  ben.client.socket.terminate();
  await host.client.expectEvent('member.away', ({ member }) => member === ben.id);
  await ask(host, { t: 'media.stop', members: [ada.id], media: ['microphone', 'camera'] });
  const stopped = { t: 'media.stopped', members: [ada.id], media: ['camera', 'microphone'], by: host.id };
  expect(await told(host, 'media.stopped')).toMatchObject([stopped]);
  for (const { token, client } of [ada, ben]) {
    const { epoch, seq, private: own } = client.position;
    const at = `?epoch=${epoch}&seq=${seq}&private=${own}`;
    const back = await api.connect(await api.join(code, {}, token), at);
    expect(back.ready.recovered).toBe(true);
    n += 1;
    await back.ask({ t: 'media.set', camera: false, n });
    expect(back.events().filter(({ t }) => t === 'media.stopped')).toMatchObject([stopped]);
    back.close();
  }
});

test('unmuting is asked for and consented to; what is open comes back with its people', async () => {
  const asked = await ask(host, { t: 'media.request', member: ada.id, media: 'microphone' });
  expect(asked).toMatchObject({ t: 'media.requested', n });
  const request = 'seq' in asked ? asked.seq : null;
  const [open] = (await anew(host)).requests ?? [];
  expect(open).toMatchObject({ request, member: ada.id, media: 'microphone', by: host.id });
  const cleo = await api.enter(code, 'Cleo');
  expect(cleo.client.ready.requests).toEqual([]);
  expect(await ask(ada, { t: 'media.answer', request, accept: true })).toMatchObject({
    t: 'media.answered',
    accepted: true,
  });
  const { latest, requests } = await anew(host);
  expect(requests).toEqual([]);
  expect(latest).toMatchObject([{ t: 'media.changed', member: ada.id, microphone: true, camera: false }]);
  expect(await told(ben, 'media.requested', 'media.answered')).toEqual([]);
});

test('hands stay up in order, and the spotlight on, through a drop', async () => {
  await ask(ben, { t: 'hand.raise' });
  await ask(ada, { t: 'hand.raise' });
  await ask(host, { t: 'spotlight.set', member: ben.id });
  ben.client.close();
  await host.client.expectEvent('member.away');
  const { snapshot } = await anew(ben);
  expect(snapshot?.hands?.map(({ member }) => member)).toEqual([ben.id, ada.id]);
  expect(snapshot?.spotlight).toBe(ben.id);
  expect(await ask(host, { t: 'hand.call' })).toMatchObject({ t: 'hand.called', member: ben.id });
  await api.request('POST', `/v1/rooms/${code}/leave`, { token: ben.token });
  await host.client.expectEvent('spotlight.changed', ({ member }) => member === null);
  expect((await anew(ada)).snapshot).toMatchObject({ hands: [{ member: ada.id }], spotlight: null });
});

test('a flood of reactions is told in few events that miss none', async () => {
  const each = 300;
  for (const { client } of [host, ada]) {
    for (let times = 0; times < each; times += 1) client.send({ t: 'reaction.send', emoji: '🎉' });
  }
  await Promise.all([host.client.barrier(), ada.client.barrier()]);
  const sent = await told(ben, 'reaction.sent');
  expect(sent.reduce((sum, { count }) => sum + Number(count), 0)).toBe(2 * each);
  expect(sent.length).toBeLessThan(each);
});

test('typing to one is told to that one; typing to all is there for who comes, until the message', async () => {
  await ask(ada, { t: 'typing.set', typing: true, to: ben.id });
  expect(await told(ben, 'typing.changed')).toMatchObject([{ member: ada.id, typing: true, to: ben.id }]);
  expect(await told(host, 'typing.changed')).toEqual([]);
  expect((await anew(host)).latest).toEqual([]);
  await ask(ada, { t: 'typing.set', typing: true });
  expect((await anew(host)).latest).toMatchObject([{ t: 'typing.changed', member: ada.id, typing: true }]);
  await ask(ada, { t: 'chat.send', body: { kind: 'text', text: 'there' } });
  expect((await anew(host)).latest).toEqual([]);
});
