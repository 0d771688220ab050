import { setTimeout as wait } from 'node:timers/promises';
import { Crowd } from '../economy/crowd.ts';
import { inTurn, post } from '../load/admission.ts';
import { latencyOf } from '../load/statistics.ts';
import { befriend, type Heard, Person } from './person.ts';

const TEXT = 'x'.repeat(100);
const ENTERING = 25;

/** Milliseconds from sending until it was heard. */
export type Times = { readonly p50: number; readonly p99: number };

/** Messages one after another in each way, by turns in blocks, so that neither has the better moment. */
const MESSAGES = 400;
const BLOCK = 50;
const WARM_UP = 50;

/** One person writes to another who is there; beside it, one member of a room of two speaks. On one server. */
export async function compareMessages(port: number): Promise<{ direct: Times; room: Times }> {
  const ada = await Person.come(port, 'Ada');
  const bob = await Person.come(port, 'Bob');
  await befriend(ada, bob);
  const crowd = await Crowd.open({ port, dialect: 'parley', deflate: false }, 2, MESSAGES + WARM_UP + BLOCK);
  await crowd.admit(2);
  const direct = async () => {
    const heard = bob.hear(({ t }) => t === 'direct.sent');
    const sentAt = performance.now();
    ada.send('direct.send', { to: bob.id, body: { kind: 'text', text: TEXT } });
    await heard;
    return performance.now() - sentAt;
  };
  const room = async () => (await crowd.say(0)).everybody;
  const times: { direct: number[]; room: number[] } = { direct: [], room: [] };
  for (let done = -WARM_UP; done < MESSAGES; done += BLOCK) {
    for (let index = 0; index < BLOCK; index += 1) {
      const took = await direct();
      if (done >= 0) times.direct.push(took);
    }
    for (let index = 0; index < BLOCK; index += 1) {
      const took = await room();
      if (done >= 0) times.room.push(took);
    }
  }
  return { direct: latencyOf(times.direct), room: latencyOf(times.room) };
}

const KEPT = 1_000;
/** Messages that are under way to somebody who is not there. */
const AHEAD = 50;

/** Seconds from asking to come in until somebody who was away has all that was written to them, in order. */
export async function returnToMessages(port: number): Promise<number> {
  const ada = await Person.come(port, 'Ada of before');
  const bob = await Person.come(port, 'Bob of before');
  await befriend(ada, bob);
  bob.drop();
  await wait(500);
  const own = Promise.withResolvers<void>();
  let kept = 0;
  let sent = 0;
  const send = () => {
    sent += 1;
    ada.send('direct.send', { to: bob.id, body: { kind: 'text', text: `${sent} ${TEXT}` } });
  };
  ada.onEvent = ({ t }) => {
    if (t !== 'direct.sent') return;
    kept += 1;
    if (sent < KEPT) send();
    if (kept === KEPT) own.resolve();
  };
  for (let index = 0; index < AHEAD; index += 1) send();
  await own.promise;
  // The last of them are still on their way to the other object.
  await wait(1_500);
  const all = Promise.withResolvers<void>();
  let read = 0;
  bob.onEvent = (event) => {
    if (event.t !== 'direct.sent') return;
    read += 1;
    if (!textOf(event).startsWith(`${read} `)) all.reject(new Error(`message ${read} is another one`));
    if (read === KEPT) all.resolve();
  };
  const start = performance.now();
  await bob.connect();
  await all.promise;
  return (performance.now() - start) / 1_000;
}

const textOf = (event: Heard): string => (event.body as { text: string }).text;

const FRIENDS = 500;

/** Seconds from somebody's coming until the last of their contacts, who are all there, has heard of it. */
export async function tellContacts(port: number): Promise<number> {
  const ada = await Person.come(port, 'Ada of many');
  const friends = await inTurn(FRIENDS, ENTERING, (index) => Person.come(port, `friend ${index}`));
  await inTurn(FRIENDS, 10, async (index) => {
    const friend = friends[index];
    if (friend !== undefined) await befriend(friend, ada);
  });
  const told = (status: string) =>
    Promise.all(
      friends.map((friend) =>
        friend.hear(
          (event) => event.t === 'presence.changed' && event.account === ada.id && event.status === status,
        ),
      ),
    );
  const gone = told('offline');
  ada.drop();
  await gone;
  const back = told('online');
  const start = performance.now();
  await ada.connect();
  await back;
  return (performance.now() - start) / 1_000;
}

const LOGINS = 60;
const AT_ONCE = 4;
const PASSWORD = 'four words that nobody guesses';

/** Log ins a second, by one person's name and password. */
export async function logIn(port: number): Promise<number> {
  const account = { userName: 'ada.bench', password: PASSWORD };
  await post(port, '/v1/accounts', account);
  return await rate(() => post(port, '/v1/logins', account));
}

/** Hashes a second, by a Worker that does nothing else. */
export const hash = (port: number): Promise<number> => rate(() => post(port, '/', {}));

async function rate(ask: () => Promise<unknown>): Promise<number> {
  await inTurn(AT_ONCE, AT_ONCE, ask);
  const start = performance.now();
  await inTurn(LOGINS, AT_ONCE, ask);
  return LOGINS / ((performance.now() - start) / 1_000);
}
