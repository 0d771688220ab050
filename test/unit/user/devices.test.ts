import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/protocol/index.ts';
import { signOut } from '../../../src/user-object/features/devices.ts';
import {
  expectFarewell,
  FAREWELL_EFFECT,
  hearFarewell,
  removeSelf,
  setSelf,
} from '../../../src/user-object/features/self.ts';
import { deviceClosed, deviceOpened } from '../../../src/user-object/internal-events.ts';
import { deviceTable, theSelf } from '../../../src/user-object/tables.ts';
import { cardOf, deviceId, Inbox, refused } from './harness.ts';

let ada: Inbox;

beforeEach(() => {
  ada = new Inbox('ada');
});

const online = (): string[] => Array.from(ada.state.table(deviceTable).among('online'), ({ id }) => id);

describe('a ticket', () => {
  test('makes a device known, and opens one session', () => {
    ada.ask('phone');
    expect(ada.device('phone')).toMatchObject({ online: false, session: 0, login: 'l_phone' });
    expect(ada.open('phone', 'another')).toMatchObject(refused('ticket_invalid'));
    expect(ada.open('phone').ok).toBe(true);
    expect(ada.device('phone')).toMatchObject({ online: true, session: 1, ticket: null });
    expect(ada.open('phone')).toMatchObject(refused('ticket_invalid'));
  });

  test('is good for a while', () => {
    ada.ask('phone');
    ada.pass(30);
    expect(ada.open('phone')).toMatchObject(refused('ticket_invalid'));
    expect(ada.open('tab')).toMatchObject(refused('ticket_invalid'));
  });
});

describe('devices', () => {
  test('of one person come and go, each by its newest session', () => {
    for (const name of ['phone', 'tab']) ada.connect(name);
    expect(online()).toEqual([deviceId('phone'), deviceId('tab')]);
    ada.connect('phone');
    ada.drop('phone', 1);
    expect(online()).toHaveLength(2);
    ada.drop('phone');
    ada.drop('phone');
    expect(online()).toEqual([deviceId('tab')]);
  });

  test('tell who was first and who was last, and not when one changes its socket', () => {
    const heard: object[] = [];
    const record = (name: string) => (fields: object) => heard.push({ name, ...fields });
    ada.listen(deviceOpened, record('opened'));
    ada.listen(deviceClosed, record('closed'));
    ada.connect('phone');
    ada.connect('phone');
    ada.connect('tab');
    ada.drop('phone');
    ada.drop('tab');
    expect(heard).toMatchObject([
      { name: 'opened', device: deviceId('phone'), first: true },
      { name: 'opened', device: deviceId('tab'), first: false },
      { name: 'closed', device: deviceId('phone'), last: false },
      { name: 'closed', device: deviceId('tab'), last: true },
    ]);
  });

  test('that are known no longer command nothing', () => {
    ada.connect('phone');
    expect(ada.command('tab', { t: 'favourite.remove', kind: 'room', id: 'x' })).toMatchObject(
      refused('device_unknown'),
    );
    expect(ada.command('phone', { t: 'roster.page' })).toMatchObject(refused('unknown_command'));
  });

  test('are so many at most: a new one takes the place of the one unseen for longest', () => {
    for (let index = 0; index < LIMITS.devices; index += 1) {
      ada.connect(`d${index}`);
      ada.pass(1);
    }
    expect(ada.ask('new')).toMatchObject(refused('devices_full'));
    for (const name of ['d7', 'd3']) {
      ada.drop(name);
      ada.pass(1);
    }
    expect(ada.ask('new').ok).toBe(true);
    expect(ada.device('d7')).toBeUndefined();
    expect(ada.device('d3')).toBeDefined();
    expect(ada.state.table(deviceTable).size).toBe(LIMITS.devices);
  });

  test('that are forgotten leave no mark', () => {
    for (let index = 0; index < LIMITS.devices; index += 1) ada.connect(`d${index}`);
    ada.journal.accept(deviceId('d0'), 7, true, ada.now);
    expect(ada.journal.mark(deviceId('d0')).acked).toBe(7);
    ada.drop('d0');
    ada.ask('new');
    expect(ada.journal.mark(deviceId('d0')).acked).toBe(0);
  });
});

describe('a login that ends', () => {
  test('ends the devices that came by it', () => {
    for (const name of ['phone', 'tab']) ada.connect(name);
    ada.take();
    ada.perform(signOut, { logins: ['l_phone'] });
    expect(ada.device('phone')).toBeUndefined();
    expect(online()).toEqual([deviceId('tab')]);
    expect(ada.take().closes).toEqual([`${deviceId('phone')} signed_out`]);
  });

  test('as all others do ends all other devices', () => {
    for (const name of ['phone', 'tab', 'bot']) ada.connect(name);
    const last: boolean[] = [];
    ada.listen(deviceClosed, (event) => last.push(event.last));
    ada.perform(signOut, { but: 'l_tab' });
    expect(online()).toEqual([deviceId('tab')]);
    ada.perform(signOut, { but: 'l_none' });
    expect(last).toEqual([false, false, true]);
  });
});

describe('the person', () => {
  test('is told to be what they are now', () => {
    ada.connect('phone');
    ada.perform(setSelf, { person: { ...cardOf('ada'), name: 'Countess' } });
    expect(theSelf(ada.state)).toMatchObject({ id: ada.id, name: 'Countess' });
  });

  test('who is deleted is signed out, and purged once', () => {
    ada.connect('phone');
    ada.take();
    ada.perform(removeSelf, {});
    ada.perform(removeSelf, {});
    expect(ada.effects().filter((kind) => kind === 'purge')).toHaveLength(1);
    expect(ada.take().closes).toEqual(['all signed_out']);
  });

  test('who is deleted has no device and no ticket any more, and gets none', () => {
    const last: boolean[] = [];
    ada.listen(deviceClosed, (event) => last.push(event.last));
    for (const name of ['phone', 'tab']) ada.connect(name);
    ada.ask('bot');
    ada.perform(removeSelf, {});
    expect(ada.state.table(deviceTable).size).toBe(0);
    expect(last).toEqual([false, true]);
    expect(ada.open('bot')).toMatchObject(refused('ticket_invalid'));
    expect(ada.ask('phone')).toMatchObject(refused('login_required'));
    const command = { t: 'favourite.remove', kind: 'room', id: 'x' } as const;
    expect(ada.command('phone', command)).toMatchObject(refused('login_required'));
    expect(ada.command('bot', command)).toMatchObject(refused('login_required'));
  });
});

describe('the farewell', () => {
  const looks = (): number => ada.carriedOut(FAREWELL_EFFECT).length;
  const isRemoved = (): boolean => theSelf(ada.state).removedAt !== undefined;
  const hear = (sinceMade: number, isBack: boolean) =>
    ada.perform(hearFarewell, { at: theSelf(ada.state).createdAt + sinceMade, isBack });

  test('is looked for by an object that was just made: who it is for may be gone since they were looked up', () => {
    expect([ada.pass(599), looks()]).toEqual([[], 0]);
    ada.pass(1);
    expect(looks()).toBe(1);
    ada.pass(86_400);
    expect(looks()).toBe(0);
  });

  test('is looked for when the account may be deleted, each time, some time after that', () => {
    ada.pass(3_600);
    looks();
    ada.perform(expectFarewell, {});
    ada.pass(300);
    ada.perform(expectFarewell, {});
    ada.pass(599);
    expect(looks()).toBe(0);
    ada.pass(1);
    expect(looks()).toBe(1);
  });

  test('removes whoever was deleted, once', () => {
    hear(5, false);
    expect(isRemoved()).toBe(true);
    hear(5, false);
    expect(ada.effects().filter((kind) => kind === 'purge')).toHaveLength(1);
  });

  test('is about this object where nobody came again, whatever the clocks say', () => {
    hear(-5, false);
    expect(isRemoved()).toBe(true);
  });

  test('is not about what was made for somebody who came again', () => {
    hear(-1, true);
    expect(isRemoved()).toBe(false);
    hear(0, true);
    expect(isRemoved()).toBe(true);
  });
});
