// Somebody's account is deleted: what they wrote in a group goes, from the log as well.
import { beforeEach, describe, expect, test } from 'vitest';
import { deadlineTable, effectTable } from '../../../src/engine/deadlines.ts';
import { asMember, SYSTEM } from '../../../src/engine/feature.ts';
import { DELETED_NAME } from '../../../src/protocol/index.ts';
import { invitedTable } from '../../../src/room-object/enrolment-rows.ts';
import { attendanceOf } from '../../../src/room-object/features/attendance.ts';
import { eraseAccount } from '../../../src/room-object/features/erasure.ts';
import { askImage, shareImage } from '../../../src/room-object/features/images.ts';
import { askFile, recordPart, shareFile } from '../../../src/room-object/file-commands.ts';
import { sharedFiles, uploadTable } from '../../../src/room-object/file-rows.ts';
import { imageTable } from '../../../src/room-object/image-rows.ts';
import { messageTable } from '../../../src/room-object/message-rows.ts';
import { cardOf, Group } from './group.ts';
import { accountOf, idOf } from './harness.ts';

let group: Group;
/** Files that were asked for. */
let count: number;
beforeEach(() => {
  group = new Group();
  count = 0;
  group.gather('ada', 'bob', 'cy');
  group.come('bob', 'phone');
  group.take();
});

const bob = accountOf('bob').id;
const erase = () => {
  group.forget('bob');
  group.perform(eraseAccount, { account: bob });
};
/** Commits, and lets the erasure run as its alarms do, each with a commit of its own. Answers how many steps it took. */
function run(): number {
  group.take();
  const table = group.state.table(deadlineTable);
  for (let steps = 0; ; steps += 1) {
    const [due] = Array.from(table.entries()).filter(([id]) => id.startsWith('group-erasure'));
    if (due === undefined) return steps;
    const [id, { at, command, data }] = due;
    group.now = Math.max(group.now, at);
    table.delete(id);
    group.performNamed(command, data);
    group.take();
  }
}
/** All that is on disk of the log. */
const log = (): string =>
  JSON.stringify(group.disk.segments.map(({ public: told, private: own }) => [told, own]));
const share = (by: string, name: string, hash: string) => {
  const image = `i_${name.padEnd(22, '_')}`;
  const limits = { imageBytes: 100, roomBytes: 10_000 };
  const as = asMember(idOf(by));
  group.perform(
    askImage,
    { image, key: `rooms/r_1/${name}`, size: 9, caption: `${name} secret`, limits },
    as,
  );
  const meta = { type: 'image/png', size: 9, width: 1, height: 1, hash } as const;
  expect(group.perform(shareImage, { image, meta }, as)).toMatchObject({ ok: true });
  return image;
};

describe('when an account is deleted', () => {
  test('nothing of what they said is left in the log, whatever device they said it with', () => {
    const [one, two, others] = [
      group.say('bob', 'secret one'),
      group.say('phone', 'secret two'),
      group.say('cy', 'kept'),
    ];
    group.command('bob', { t: 'chat.edit', message: two, body: { kind: 'text', text: 'secret three' } });
    group.command('cy', { t: 'chat.react', message: one, emoji: '👍', on: true });
    group.command('ada', { t: 'chat.pin', message: one });
    group.take();
    erase();
    const { told } = group.take();
    expect(told).toContainEqual(
      expect.objectContaining({
        t: 'group.erased',
        account: bob,
        members: expect.arrayContaining([idOf('bob'), idOf('phone')]),
      }),
    );
    expect(told).toContainEqual(expect.objectContaining({ t: 'chat.unpinned', message: one }));
    run();
    expect(log()).not.toContain('secret');
    expect(log()).toContain('kept');
    expect(group.view.read(one)?.event).toMatchObject({ by: idOf('bob'), body: { kind: 'deleted' } });
    expect(
      group.view.history(null, null, 10).events.map(({ body }) => (body as { kind: string }).kind),
    ).toEqual(['deleted', 'deleted', 'text']);
    expect(group.state.table(messageTable).size).toBe(0);
    expect(group.view.read(others)?.event.body).toEqual({ kind: 'text', text: 'kept' });
    expect(group.standing('ada')).toMatchObject({ unread: 1 });
  });

  test('their name and picture are nowhere: not in the log, nor in the list of who was there', () => {
    group.command('bob', { t: 'chat.send', body: { kind: 'text', text: 'x' }, to: idOf('cy') });
    group.command('ada', { t: 'group.settings', membersInvite: true });
    group.command('bob', { t: 'group.invite', account: accountOf('dora').id });
    erase();
    run();
    // What is to be told of it is told, and forgotten.
    for (const id of Array.from(group.state.table(effectTable).keys()))
      group.state.table(effectTable).delete(id);
    const { name, avatar } = accountOf('bob');
    const invited = group.state.table(invitedTable).get(accountOf('dora').id);
    const kept = `${log()} ${JSON.stringify([group.everything(), invited, attendanceOf(group.state, group.now)])}`;
    expect(kept).not.toContain(name);
    expect(kept).not.toContain(avatar ?? '');
    expect(kept).toContain(accountOf('cy').name);
    expect(invited?.by).toEqual({ id: bob, userName: null, name: DELETED_NAME, avatar: null });
    expect(attendanceOf(group.state, group.now).attendees.map((one) => one.name)).toContain(DELETED_NAME);
  });

  test('their pictures go with the bytes that no other picture has', () => {
    const [first, again] = [share('bob', 'first', 'same'), share('phone', 'again', 'same')];
    const [both, theirs] = [share('cy', 'both', 'other'), share('bob', 'theirs', 'other')];
    group.take();
    erase();
    run();
    const states = [first, again, both, theirs].map((id) => group.state.table(imageTable).get(id)?.state);
    expect(states).toEqual([undefined, undefined, 'shared', undefined]);
    const deleted = Array.from(group.state.table(effectTable).entries()).flatMap(([id, { data }]) =>
      id.startsWith('erased:') ? (data as { keys: string[] }).keys : [],
    );
    expect(deleted).toEqual(['rooms/r_1/first']);
    expect(log()).not.toContain('first secret');
    expect(log()).toContain('both secret');
  });

  test('their files go with the bytes that no other file has, and uploads under way end', () => {
    const put = (by: string, name: string, size: number, hash: string) => {
      count += 1;
      const upload = `u_${String(count).padStart(22, '0')}`;
      const key = `rooms/r_1/files/${count}`;
      const as = asMember(idOf(by));
      const ask = { upload, key, name, type: 'x/y', size, announce: false };
      expect(group.perform(askFile, ask, as)).toMatchObject({ ok: true });
      if (size === 0) return `f${upload.slice(1)}`;
      group.perform(recordPart, { upload, n: 0, size, etag: 'e', hash }, as);
      group.perform(shareFile, { upload, hash }, SYSTEM);
      return `f${upload.slice(1)}`;
    };
    const gone = [put('bob', 'secret one', 5, 'same'), put('phone', 'secret two', 5, 'same')];
    const kept = put('cy', 'kept', 6, 'other');
    gone.push(put('bob', 'secret three', 6, 'other'));
    for (let at = 0; at < 60; at += 1) gone.push(put('bob', `secret ${at}`, 0, ''));
    const open = { upload: `u_${'9'.repeat(22)}`, key: 'rooms/r_1/files/open', name: 'secret open' };
    group.perform(askFile, { ...open, type: 'x/y', size: 9, announce: true }, asMember(idOf('phone')));
    group.take();
    // What was put together for them is in nobody's way.
    for (const id of Array.from(group.state.table(effectTable).keys()))
      group.state.table(effectTable).delete(id);
    // Whoever leaves by themselves may come back and go on; an account that is deleted does not.
    group.unenrol('bob');
    expect(group.state.table(uploadTable).size).toBe(1);
    erase();
    expect(group.state.table(uploadTable).size).toBe(0);
    run();
    expect(sharedFiles(group.state).map(({ id }) => id)).toEqual([kept]);
    const left = Array.from(group.state.table(effectTable).values()).flatMap(({ data }) =>
      'keys' in (data as object) ? (data as { keys: string[] }).keys : [(data as { key: string }).key],
    );
    expect(left.filter((key) => key?.includes('/files/'))).toEqual([open.key, 'rooms/r_1/files/1']);
    expect(log()).not.toContain('secret');
    expect(log()).toContain('kept');
    expect(log().match(/file\.removed/g)).toHaveLength(gone.length);
  });

  test('much that was said goes in steps, each with a commit of its own', () => {
    for (let index = 0; index < 450; index += 1) {
      group.say(index % 3 === 0 ? 'cy' : 'bob', index % 3 === 0 ? `kept ${index}` : `secret ${index}`);
      if (index % 40 === 0) group.take();
    }
    erase();
    expect(run()).toBeGreaterThan(3);
    expect(log()).not.toContain('secret');
    expect(log().match(/kept/g)).toHaveLength(150);
    expect(group.deadlines()).toEqual({});
  });

  test('whoever had left before, or was removed, is erased as well; told twice it is done once', () => {
    group.say('bob', 'secret');
    group.unenrol('bob');
    group.take();
    erase();
    expect(group.told()).toEqual(['group.erased']);
    run();
    expect(log()).not.toContain('secret');
    erase();
    expect(group.told()).toEqual([]);
    expect(group.deadlines()).toEqual({});
  });

  test('a group that never knew them tells nobody anything, and its log stays as it is', () => {
    group.say('bob', 'kept');
    const before = log();
    group.perform(eraseAccount, { account: accountOf('eve').id });
    expect(group.told()).toEqual([]);
    run();
    expect(log()).toBe(before);
  });

  test('the card of somebody who belonged, and never opened the group, is not in the log any more', () => {
    group.enrol('dora');
    group.take();
    expect(log()).toContain(cardOf('dora').name);
    const { avatar } = cardOf('dora');
    group.forget('dora');
    const gone = { account: accountOf('dora').id };
    group.perform(eraseAccount, gone);
    const due = () => Array.from(group.state.table(deadlineTable).values());
    const first = due();
    expect(first).toHaveLength(1);
    // Told once more while it is under way, it goes on where it was.
    group.now += 1_000;
    group.perform(eraseAccount, gone);
    expect(due()).toEqual(first);
    expect(run()).toBeGreaterThan(0);
    expect(log()).not.toContain(cardOf('dora').name);
    expect(log()).not.toContain(avatar ?? '');
    expect(log()).toContain(DELETED_NAME);
    expect(group.deadlines()).toEqual({});
  });

  test('nor is what somebody wrote when they asked to belong', () => {
    group.command('ada', { t: 'group.settings', joining: 'request' });
    group.enrol('dora', 'my secret note');
    group.take();
    expect(log()).toContain('my secret note');
    group.forget('dora');
    group.perform(eraseAccount, { account: accountOf('dora').id });
    run();
    expect(log()).not.toContain('my secret note');
    expect(log()).not.toContain(cardOf('dora').name);
  });

  test('whoever comes back under the same id, and goes once more, is erased once more', () => {
    group.say('bob', 'secret one');
    erase();
    run();
    group.enrol('bob');
    group.come('bob');
    group.say('bob', 'secret two');
    erase();
    expect(group.told()).toContain('group.erased');
    run();
    expect(log()).not.toContain('secret');
    expect(log()).not.toContain(cardOf('bob').name);
    // Also who had only asked to belong again.
    group.command('ada', { t: 'group.settings', joining: 'request' });
    group.enrol('bob', 'secret three');
    group.take();
    expect(log()).toContain('secret three');
    erase();
    run();
    expect(log()).not.toContain('secret');
  });
});
