import { beforeEach, describe, expect, test } from 'vitest';
import { Logins } from '../../../src/user-object/logins.ts';
import { deviceTable } from '../../../src/user-object/tables.ts';
import { accountId, deviceId, Inbox } from './harness.ts';

let ada: Inbox;
/** Logins that the database does not have any more. */
let ended: Set<string>;
/** What it was asked. */
let asked: { readonly account: string; readonly logins: readonly string[]; readonly now: number }[];
let isDown: boolean;
let logins: Logins;

beforeEach(() => {
  ada = new Inbox('ada');
  ended = new Set();
  asked = [];
  isDown = false;
  logins = new Logins({
    engine: {
      state: ada.state,
      performAsSystem: (command, fields) => {
        const done = ada.perform(command, fields);
        return done.ok ? { ok: true, value: { ...done.value } } : done;
      },
      settled: async () => {},
    },
    directory: {
      endedLogins: async (account, ids, now) => {
        asked.push({ account, logins: ids, now });
        if (isDown) throw new Error('no database');
        return ids.filter((id) => ended.has(id));
      },
    },
    clock: { now: () => ada.now },
    log: ada.log,
  });
});

const known = (): string[] => Array.from(ada.state.table(deviceTable).keys());

describe('the logins of connected devices', () => {
  test('are looked up, and the devices of those that are over are signed out', async () => {
    for (const name of ['phone', 'tab']) ada.connect(name);
    ada.take();
    ended.add('l_phone');
    await logins.look();
    expect(asked).toEqual([{ account: accountId('ada'), logins: ['l_phone', 'l_tab'], now: ada.now }]);
    expect(known()).toEqual([deviceId('tab')]);
    expect(ada.take().closes).toEqual([`${deviceId('phone')} signed_out`]);
  });

  test('are looked up now and then, however often it is called', async () => {
    ada.connect('phone');
    for (let minute = 0; minute < 4; minute += 1) {
      await logins.look();
      ada.pass(60);
    }
    expect(asked).toHaveLength(1);
    await logins.look();
    expect(asked).toHaveLength(2);
  });

  test('are looked up the next time where the database did not answer', async () => {
    ada.connect('phone');
    isDown = true;
    await logins.look();
    expect(ada.warnings).toMatchObject([{ event: 'logins.not_looked_up' }]);
    expect(known()).toHaveLength(1);
    isDown = false;
    ended.add('l_phone');
    await logins.look();
    expect(known()).toEqual([]);
  });

  test('are those of nobody where nobody is connected, or by none of ours', async () => {
    ada.ask('phone');
    await logins.look();
    ada.connect('tab');
    const row = ada.device('tab');
    if (row !== undefined) ada.state.table(deviceTable).set(row.id, { ...row, login: null });
    await logins.look();
    expect(asked).toEqual([]);
  });
});
