import { afterEach, expect, it } from 'vitest';
import { Api, type Person } from '../support/raw-client.ts';
import { sleep } from '../support/talker.ts';
import { type Server, startServer } from './support/server.ts';

const CANDIDATE = { kind: 'candidate', candidate: '' };
const stay = (name: string): string => `c_${name.padEnd(22, '-')}`;

let server: Server | undefined;
afterEach(() => server?.close());

it('lets a room sleep while a call goes on in it, and wakes it with who is in the call', async () => {
  server = await startServer();
  const api = new Api(server.url);
  const { code } = await api.create({ name: 'Call' });
  const people = new Map<string, Person>();
  for (const name of ['ada', 'ben']) {
    const person = await api.enter(code, name);
    people.set(name, person);
    await person.client.ask({ t: 'call.enter', n: 1, call: stay(name) });
    await person.client.ask({ t: 'media.set', n: 2, camera: true, microphone: true });
  }
  const [ada, ben] = [people.get('ada'), people.get('ben')];
  if (ada === undefined || ben === undefined) throw new Error('nobody is there');
  // The platform lets an object sleep after ten seconds without work; one that sleeps can't be evicted.
  await sleep(13_000);
  const evicted = server.harness.getWorker().evictDurableObject('RoomObject', { name: code });
  await expect(evicted).rejects.toThrow('not currently running');
  const signal = { t: 'signal.send', to: ben.id, call: stay('ada'), peer: stay('ben'), signal: CANDIDATE };
  expect(await ada.client.ask({ ...signal, n: 3 })).toMatchObject({ t: 'ok' });
  const heard = () =>
    ben.client.frames
      .flatMap((frame) => (frame.t === 'live' ? frame.events : []))
      .filter(({ t }) => t === 'signal.sent');
  await expect.poll(heard).toMatchObject([{ by: ada.id, call: stay('ada'), peer: stay('ben') }]);
}, 40_000);
