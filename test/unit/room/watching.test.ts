import { beforeEach, describe, expect, test } from 'vitest';
import { COMMANDS, LIMITS } from '../../../src/protocol/index.ts';
import { add, added, type Cinema, cinema, fileId, open, pass, room } from './cinema.ts';
import { idOf, Room, refused } from './harness.ts';

const KEY = { kind: 'host-key' } as const;
type Adding = Parameters<Cinema['add']>[1];

beforeEach(() => open());

describe('the list', () => {
  test('takes videos and audios of the room, at its end, with what the one who adds them has read', () => {
    const poster = 'data:image/png;base64,iVBORw0KGgo=';
    expect(add('ben', { title: ' A film ', poster })).toMatchObject({ ok: true });
    expect(add('ben', { source: { kind: 'file', file: fileId('song') }, duration: null })).toMatchObject({
      ok: true,
    });
    const { told } = room.take();
    expect(told).toEqual([
      {
        t: 'watch.added',
        seq: told[0]?.seq,
        at: room.now,
        by: idOf('ben'),
        source: { kind: 'file', file: fileId('film') },
        type: 'video/mp4',
        title: 'A film',
        duration: 60_000,
        hasPoster: true,
      },
      expect.objectContaining({ type: 'audio/mpeg', title: 'song.x', duration: null, hasPoster: false }),
    ]);
    expect(cinema.snapshot.items).toMatchObject([
      { id: told[0]?.seq, title: 'A film', subtitles: [], failed: null, by: idOf('ben') },
      { id: told[1]?.seq, title: 'song.x' },
    ]);
    // The picture is asked for: neither list nor log hold it.
    expect(JSON.stringify([told, cinema.snapshot])).not.toContain('base64');
    const [film, song] = cinema.order;
    expect(room.command('eve', { t: 'watch.poster', item: film ?? 0 })).toMatchObject({
      value: { result: { poster } },
    });
    expect(room.command('eve', { t: 'watch.poster', item: song ?? 0 })).toMatchObject({
      value: { result: { poster: null } },
    });
  });

  test.each<[string, Adding, Parameters<typeof refused>[0]]>([
    ['a file that is not there', { source: { kind: 'file', file: fileId('gone') } }, 'file_unknown'],
    ['a file that is no media', { source: { kind: 'file', file: fileId('paper') } }, 'not_media'],
    ['subtitles as a film', { source: { kind: 'file', file: fileId('texts') } }, 'not_media'],
    [
      'an address, where the server takes none',
      { source: { kind: 'address', url: 'https://media.example.org/a.mp4', type: 'video/mp4' } },
      'addresses_off',
    ],
    ['a length that is negative', { duration: -1 }, 'invalid'],
    ['a length of nothing', { duration: 0 }, 'invalid'],
    ['a length that is no number', { duration: Number.NaN }, 'invalid'],
    ['a length without end', { duration: Number.POSITIVE_INFINITY }, 'invalid'],
    ['a length of parts of a ms', { duration: 0.5 }, 'invalid'],
    ['a picture that can run script', { poster: 'data:image/svg+xml;base64,AAAA' }, 'invalid'],
    ['a picture of another server', { poster: 'https://media.example.org/a.png' }, 'invalid'],
    [
      'too large a picture',
      { poster: `data:image/png;base64,${'A'.repeat(LIMITS.posterLength)}` },
      'invalid',
    ],
    ['an empty title', { title: ' ' }, 'invalid'],
    ['too long a title', { title: 'x'.repeat(LIMITS.watchTitleLength + 1) }, 'invalid'],
  ])('refuses %s', (_, more, code) => {
    const before = cinema.everything;
    expect(add('host', more)).toMatchObject(refused(code));
    expect(room.told()).toEqual([]);
    expect(cinema.everything).toBe(before);
  });

  test('takes an address where the server allows it, in its one spelling, and never one of a private network', () => {
    open({ MEDIA_ADDRESSES: 'https' });
    const at = (url: string) => add('host', { source: { kind: 'address', url, type: 'video/webm' } });
    expect(at('HTTPS://Media.Video.org:443/a/../My%20film.webm')).toMatchObject({ ok: true });
    expect(at('http://media.video.org/a.webm')).toMatchObject(refused('address_refused'));
    expect(at('https://192.168.1.7/a.webm')).toMatchObject(refused('address_refused'));
    expect(cinema.snapshot.items).toMatchObject([
      {
        source: { url: 'https://media.video.org/My%20film.webm' },
        title: 'My film.webm',
        type: 'video/webm',
      },
    ]);
    const wrong = { kind: 'address', url: 'https://a.org/a', type: 'text/html' } as never;
    expect(add('host', { source: wrong })).toMatchObject(refused('invalid'));
  });

  test('keeps addresses that the server takes no more, and lets nobody open them', () => {
    open({ MEDIA_ADDRESSES: 'https' });
    const [first = 0] = added(1);
    const source = { kind: 'address', url: 'https://media.video.org/a.webm', type: 'video/webm' } as const;
    const [address = 0] = added(1, { source });
    const [last = 0] = added(1);
    cinema.setting({ MEDIA_ADDRESSES: 'off' });
    expect(cinema.order).toEqual([first, address, last]);
    expect(room.command('host', { t: 'watch.select', item: address })).toMatchObject(
      refused('addresses_off'),
    );
    room.command('host', { t: 'watch.select', item: first });
    room.command('host', { t: 'watch.next' });
    expect(cinema.now).toMatchObject({ item: last });
  });

  test('has room for a hundred', () => {
    const [first = 0] = added(LIMITS.watchItems);
    expect(add('host')).toMatchObject(refused('quota_exceeded'));
    room.command('host', { t: 'watch.remove', item: first });
    expect(add('host')).toMatchObject({ ok: true });
  });

  test('is no longer than what is told of it at once may be', () => {
    open({ MEDIA_ADDRESSES: 'https' });
    const url = `https://media.video.org/${'x'.repeat(1_900)}`;
    const long = { source: { kind: 'address', url, type: 'video/mp4' }, title: 'y'.repeat(200) } as const;
    let count = 0;
    while (add('host', long).ok) count += 1;
    expect(count).toBeGreaterThan(50);
    expect(count).toBeLessThan(LIMITS.watchItems);
    expect(add('host', long)).toMatchObject(refused('quota_exceeded'));
    expect(JSON.stringify(cinema.snapshot.items).length).toBeLessThanOrEqual(LIMITS.watchListLength);
    const subtitles = Array.from({ length: LIMITS.watchSubtitles }, () => ({
      file: fileId('texts'),
      label: 'z'.repeat(LIMITS.subtitleLabelLength),
      language: 'en',
    }));
    const [first = 0, second = 0] = cinema.order;
    const before = cinema.everything;
    expect(room.command('host', { t: 'watch.subtitles', item: first, subtitles })).toMatchObject(
      refused('quota_exceeded'),
    );
    expect(cinema.everything).toBe(before);
    room.command('host', { t: 'watch.remove', item: second });
    room.command('host', { t: 'watch.remove', item: cinema.order[1] ?? 0 });
    room.command('host', { t: 'watch.remove', item: cinema.order[1] ?? 0 });
    expect(room.command('host', { t: 'watch.subtitles', item: first, subtitles })).toMatchObject({
      ok: true,
    });
  });

  test('is put in another order', () => {
    const [a = 0, b = 0, c = 0] = added(3);
    const move = (item: number, before: number | null) =>
      room.command('host', { t: 'watch.move', item, before });
    move(c, a);
    expect(cinema.order).toEqual([c, a, b]);
    move(c, null);
    expect(cinema.order).toEqual([a, b, c]);
    move(a, c);
    expect(cinema.order).toEqual([b, a, c]);
    expect(room.told()).toEqual(['watch.moved', 'watch.moved', 'watch.moved']);
    for (const [item, before] of [
      [a, c],
      [a, a],
      [c, null],
    ] as const)
      expect(move(item, before)).toMatchObject({ ok: true });
    expect(room.told()).toEqual([]);
    expect(move(a, 999)).toMatchObject(refused('watch_unknown'));
    expect(move(999, a)).toMatchObject(refused('watch_unknown'));
  });

  test('loses what is taken off, and what plays stops with it', () => {
    const [a = 0, b = 0] = added(2);
    room.command('host', { t: 'watch.select', item: a });
    room.take();
    expect(room.command('host', { t: 'watch.remove', item: b })).toMatchObject({ ok: true });
    expect(room.told()).toEqual(['watch.removed']);
    expect(cinema.now).toMatchObject({ item: a, status: 'playing' });
    room.command('host', { t: 'watch.remove', item: a });
    expect(room.told()).toEqual(['watch.removed', 'watch.changed']);
    expect(cinema.now).toMatchObject({ item: null, status: 'paused', position: 0, by: null });
    expect(room.command('host', { t: 'watch.remove', item: a })).toMatchObject(refused('watch_unknown'));
  });

  test('loses what was made of a file that was removed, subtitles too', () => {
    const [film = 0] = added(1);
    const [song = 0] = added(1, { source: { kind: 'file', file: fileId('song') } });
    const subtitles = [{ file: fileId('texts'), label: 'English', language: 'en' }];
    room.command('host', { t: 'watch.subtitles', item: song, subtitles });
    room.command('host', { t: 'watch.select', item: film });
    room.take();
    expect(room.command('ada', { t: 'file.remove', file: fileId('film') })).toMatchObject({ ok: true });
    expect(room.take().told).toMatchObject([
      { t: 'file.removed' },
      { t: 'watch.removed', item: film },
      { t: 'watch.changed', item: null },
    ]);
    room.command('ada', { t: 'file.remove', file: fileId('texts') });
    expect(cinema.snapshot.items).toMatchObject([{ id: song, subtitles: [] }]);
  });

  test('gives an item WebVTT files of the room as subtitles, and nothing else', () => {
    const [item = 0] = added(1);
    const set = (file: string, language = 'zh-Hans') =>
      room.command('host', {
        t: 'watch.subtitles',
        item,
        subtitles: [{ file: fileId(file), label: 'x', language }],
      });
    expect(set('texts')).toMatchObject({ ok: true });
    expect(room.told()).toEqual(['watch.subtitled']);
    expect(set('texts')).toMatchObject({ ok: true });
    expect(set('paper')).toMatchObject(refused('not_media'));
    expect(set('gone')).toMatchObject(refused('file_unknown'));
    expect(set('texts', 'not a language')).toMatchObject(refused('invalid'));
    expect(room.told()).toEqual([]);
    expect(cinema.snapshot.items).toMatchObject([{ subtitles: [{ language: 'zh-Hans' }] }]);
    const unknown = room.command('host', { t: 'watch.subtitles', item: 999, subtitles: [] });
    expect(unknown).toMatchObject(refused('watch_unknown'));
  });

  test('shows who was the first that could not play an item', () => {
    const [item = 0] = added(1);
    expect(room.command('eve', { t: 'watch.fail', item, reason: 'unsupported' })).toMatchObject({ ok: true });
    expect(room.command('ada', { t: 'watch.fail', item, reason: 'broken' })).toMatchObject({ ok: true });
    expect(room.told()).toEqual(['watch.failed']);
    expect(cinema.snapshot.items).toMatchObject([{ failed: { by: idOf('eve'), reason: 'unsupported' } }]);
    expect(room.command('ada', { t: 'watch.fail', item: 999, reason: 'broken' })).toMatchObject(
      refused('watch_unknown'),
    );
  });

  test('shows it no longer when they play it, or when it is chosen anew', () => {
    const [item = 0, other = 0] = added(2);
    const failed = () => cinema.snapshot.items.map((one) => one.failed?.by ?? null);
    const ready = (name: string) =>
      room.command(name, { t: 'watch.view', viewing: 'ready', version: cinema.version });
    room.command('host', { t: 'watch.select', item });
    for (const one of [item, other]) room.command('eve', { t: 'watch.fail', item: one, reason: 'broken' });
    room.command('eve', { t: 'watch.view', viewing: 'failed', version: cinema.version });
    ready('ada');
    expect(failed()).toEqual([idOf('eve'), idOf('eve')]);
    room.take();
    ready('eve');
    const mended = room.take().told.find(({ t }) => t === 'watch.failed');
    expect(mended).toMatchObject({ item, reason: null });
    expect(mended).not.toHaveProperty('by');
    expect(failed()).toEqual([null, idOf('eve')]);
    room.command('host', { t: 'watch.select', item: other });
    expect(failed()).toEqual([null, null]);
    room.take();
    room.command('host', { t: 'watch.select', item: other });
    expect(room.told()).toEqual(['watch.changed']);
  });
});

describe('who may steer', () => {
  const commands = (item: number) =>
    [
      { t: 'watch.add', source: { kind: 'file', file: fileId('film') } },
      { t: 'watch.select', item },
      { t: 'watch.pause' },
      { t: 'watch.seek', position: 5 },
      { t: 'watch.play' },
      { t: 'watch.rate', rate: 2 },
      { t: 'watch.next' },
      { t: 'watch.move', item, before: null },
      { t: 'watch.subtitles', item, subtitles: [] as never[] },
      { t: 'watch.remove', item },
    ] as const;

  test('are hosts, whoever was given the right, and all members where the room is open to them', () => {
    const [item = 0] = added(1);
    for (const command of commands(item)) {
      for (const name of ['ada', 'eve'])
        expect(room.command(name, command)).toMatchObject(refused('not_allowed'));
    }
    expect(room.told()).toEqual([]);
    room.command('host', { t: 'policy.set', policy: { watch: true } });
    for (const name of ['co', 'ben', 'ada', KEY] as const) {
      const [next = 0] = added(1);
      for (const command of commands(next)) expect(room.command(name, command)).toMatchObject({ ok: true });
    }
    expect(room.command('eve', { t: 'watch.select', item })).toMatchObject(refused('not_allowed'));
    room.command('host', { t: 'policy.set', policy: { watch: false } });
    expect(room.command('ada', { t: 'watch.select', item })).toMatchObject(refused('not_allowed'));
  });

  test('the rules are for hosts', () => {
    for (const name of ['ada', 'ben', 'eve'])
      expect(room.command(name, { t: 'watch.policy', autoplay: false })).toMatchObject(
        refused('role_required'),
      );
    expect(room.command('co', { t: 'watch.policy', autoplay: false })).toMatchObject({ ok: true });
    expect(room.command('co', { t: 'watch.policy', autoplay: false })).toMatchObject({ ok: true });
    expect(room.take().told).toMatchObject([{ t: 'watch.ruled', autoplay: false, waitForAll: false }]);
  });

  test('one who leaves leaves what plays as it is', () => {
    const [item = 0] = added(1);
    room.command('ben', { t: 'watch.select', item });
    room.take();
    const before = cinema.now;
    room.drop('ben');
    room.command('ben', { t: 'member.leave' });
    room.pass(60);
    expect(cinema.now).toEqual(before);
    expect(room.told()).not.toContain('watch.changed');
    expect(room.command('co', { t: 'watch.pause' })).toMatchObject({ ok: true });
  });

  test.each(['ready', 'buffering'] as const)(
    'when the last one, who was %s, has left nothing plays on',
    (viewing) => {
      const [item = 0] = added(1);
      room.command('host', { t: 'watch.policy', waitForAll: true });
      room.command('host', { t: 'watch.select', item });
      pass(7_000);
      // What waits for the last one stands still when they go: it must not play on then to nobody.
      room.command('ada', { t: 'watch.view', viewing, version: cinema.version });
      for (const name of ['ben', 'eve', 'co', 'host', 'ada']) room.command(name, { t: 'member.leave' });
      expect(cinema.now).toMatchObject({ item, status: 'paused', position: 7_000 });
      room.pass(600);
      expect(cinema.now).toMatchObject({ position: 7_000 });
    },
  );
});

test('only what says nothing of the state is answered before the commit that is under way', () => {
  const atOnce = Object.entries(COMMANDS).filter(([, spec]) => spec.atOnce);
  expect(atOnce.map(([t, { kind }]) => `${t} ${kind}`)).toEqual(['clock.read query']);
});

test('the clock is read as it is, and by nobody who is not there', () => {
  expect(room.command('eve', { t: 'clock.read' })).toMatchObject({ value: { result: { time: room.now } } });
  expect(room.command('nobody', { t: 'clock.read' })).toMatchObject(refused('member_gone'));
});

test('a setting that is neither on nor off is an error', () => {
  expect(() => new Room({}, { MEDIA_ADDRESSES: 'http' })).toThrow('MEDIA_ADDRESSES');
  expect(() => new Room({}, { MEDIA_ADDRESSES: '' })).not.toThrow();
});
