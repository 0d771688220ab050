import { beforeEach, describe, expect, test } from 'vitest';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

let room: Room;
beforeEach(() => {
  room = new Room({ capacity: 2_000 });
  room.enter('host', { hostKey: HOST_KEY });
  for (const name of ['ada', 'ben', 'vic']) room.enter(name);
  room.command('host', { t: 'role.set', member: idOf('vic'), role: 'viewer' });
  room.take();
});

const react = (by: Parameters<Room['command']>[0], emoji: string) =>
  room.command(by, { t: 'reaction.send', emoji });

describe('reactions', () => {
  test('are told once and change nothing', () => {
    const before = room.everything();
    expect(react('vic', '👏')).toMatchObject({ ok: true });
    const { told } = room.take();
    expect(told).toEqual([
      { t: 'reaction.sent', at: room.now, emoji: '👏', count: 1, members: [idOf('vic')] },
    ]);
    expect(room.everything()).toBe(before);
  });

  test('of many in one commit are told as one for each emoji, with the first ten of them', () => {
    for (let index = 0; index < 1_000; index += 1) {
      if (index < 300) room.enter(`m${index}`);
      react(`m${index % 300}`, index % 4 === 0 ? '🎉' : '👏');
    }
    const size = room.journal.size;
    const { told } = room.take();
    const sent = told.filter(({ t }) => t === 'reaction.sent');
    expect(sent.map(({ emoji, count }) => [emoji, count]).sort()).toEqual([
      ['🎉', 250],
      ['👏', 750],
    ]);
    for (const { members } of sent) expect(new Set(members as string[]).size).toBe(10);
    expect(sent.find(({ emoji }) => emoji === '🎉')?.members).toContain(idOf('m0'));
    // What was merged away takes no room in the buffer either.
    react('ada', '👏');
    expect(room.journal.size).toBeLessThan(400);
    expect(size).toBeGreaterThan(0);
  });

  test('of one who sends many are counted, and name them once', () => {
    for (let times = 0; times < 3; times += 1) react('ada', '👍🏽');
    react('ben', '👍');
    expect(room.take().told).toMatchObject([
      { emoji: '👍🏽', count: 3, members: [idOf('ada')] },
      { emoji: '👍', count: 1, members: [idOf('ben')] },
    ]);
  });

  test('of another commit are told anew', () => {
    react('ada', '👏');
    room.take();
    react('ben', '👏');
    expect(room.take().told).toMatchObject([{ count: 1, members: [idOf('ben')] }]);
  });

  test('are refused where the room locks them, to whoever is denied them, and to the host key', () => {
    room.command('host', { t: 'policy.set', policy: { react: false } });
    room.command('host', { t: 'rights.set', member: idOf('ben'), rights: { react: 'granted' } });
    room.take();
    for (const name of ['ada', 'vic']) expect(react(name, '👏')).toMatchObject(refused('not_allowed'));
    expect(react({ kind: 'host-key' }, '👏')).toMatchObject(refused('not_allowed'));
    expect(room.told()).toEqual([]);
    for (const name of ['ben', 'host']) expect(react(name, '👏')).toMatchObject({ ok: true });
  });
});

describe('one emoji', () => {
  test.each([
    ['a pictograph', '🎉'],
    ['a heart with its presentation', '❤️'],
    ['a heart without', '❤'],
    ['a skin tone', '👋🏿'],
    ['a family', '👨‍👩‍👧‍👦'],
    ['a couple with skin tones', '👩🏻‍❤️‍💋‍👨🏿'],
    ['a flag of colours', '🏳️‍🌈'],
    ['a flag of a country', '🇨🇭'],
    ['a flag of a part of one', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['a keycap', '#️⃣'],
    ['a person with red hair', '👨‍🦰'],
  ])('%s is taken', (_, emoji) => {
    expect(react('ada', emoji)).toMatchObject({ ok: true });
    expect(room.take().told).toMatchObject([{ emoji }]);
  });

  test.each([
    ['nothing', ''],
    ['a letter', 'a'],
    ['a word', 'yes'],
    ['a digit', '7'],
    ['a blank', ' '],
    ['two', '🎉🎉'],
    ['one and a letter', '🎉a'],
    ['one in blanks', ' 🎉'],
    ['markup', '<b>'],
    ['a joiner alone', '\u200d'],
    ['one with a loose joiner', '🎉\u200d'],
    ['marks heaped on one', '🎉\u0301\u0301'],
    ['half a flag', '🇨'],
    ['a lone surrogate', '\ud83c'],
    ['a chain that is too long', Array(12).fill('👩').join('\u200d')],
    ['a flag of endless tags', `🏴${'\u{e0067}'.repeat(20)}\u{e007f}`],
  ])('%s is not', (_, emoji) => {
    expect(react('ada', emoji)).toMatchObject(refused('invalid'));
    expect(room.told()).toEqual([]);
  });
});
