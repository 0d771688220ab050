import { beforeEach, expect, test, vi } from 'vitest';
import type { RoomConnection } from '../../../src/client/index.ts';
import { HLS } from '../../../web/src/room/screening/kinds.ts';
import { attach, Source } from '../../../web/src/room/screening/source.ts';

type OnError = (name: string, error: { readonly fatal: boolean; readonly type: string }) => void;

/** What of hls.js is used. */
const FakeHls = vi.hoisted(
  () =>
    class FakeHls {
      static readonly Events: { ERROR: string } = { ERROR: 'hlsError' };
      static readonly ErrorTypes: { NETWORK_ERROR: string } = { NETWORK_ERROR: 'networkError' };
      static readonly made: FakeHls[] = [];
      static isSupported(): boolean {
        return true;
      }
      readonly settings: object;
      url = '';
      player: unknown = null;
      isDestroyed = false;
      #onError: OnError = () => undefined;
      constructor(settings: object) {
        this.settings = settings;
        FakeHls.made.push(this);
      }
      on(_: string, listener: OnError): void {
        this.#onError = listener;
      }
      loadSource(url: string): void {
        this.url = url;
      }
      attachMedia(player: unknown): void {
        this.player = player;
      }
      destroy(): void {
        this.isDestroyed = true;
      }
      fail(fatal: boolean, type: string): void {
        this.#onError('hlsError', { fatal, type });
      }
    },
);
vi.mock('hls.js', () => ({ default: FakeHls }));

beforeEach(() => {
  vi.stubGlobal('location', { href: 'https://meet.video.org/r/x', origin: 'https://meet.video.org' });
});

/** What of a player a source touches. */
function fakePlayer() {
  const listeners = new Map<string, () => void>();
  const player = {
    src: '',
    duration: Number.NaN,
    listeners,
    addEventListener: (type: string, listener: () => void) => listeners.set(type, listener),
    removeEventListener: (type: string) => listeners.delete(type),
    canPlayType: () => 'maybe',
    removeAttribute: () => {
      player.src = '';
    },
    load: () => undefined,
  };
  return player;
}

/** A room that answers when it is told to. */
function slowRoom() {
  const asked = new Map<string, (url: string) => void>();
  const ask = (file: string) => new Promise<string>((resolve) => asked.set(file, resolve));
  return {
    room: { mediaUrl: ask } as unknown as RoomConnection,
    answer: (file: string) => asked.get(file)?.(`/files/${file}`),
  };
}

const ofFile = (file: string) => ({ source: { kind: 'file', file }, type: 'video/webm' }) as const;

function start() {
  const player = fakePlayer();
  const { room, answer } = slowRoom();
  const source = new Source(room, player as unknown as HTMLMediaElement, () => undefined);
  return { player, answer, source };
}

test('a player has what it was given last, in whatever order the addresses come', async () => {
  const { player, answer, source } = start();
  const first = source.load(ofFile('one'));
  const second = source.load(ofFile('two'));
  answer('two');
  await second;
  expect(player.src).toBe('/files/two');
  answer('one');
  await first;
  expect(player.src).toBe('/files/two');
});

test('what is taken away before its address comes is not played', async () => {
  const { player, answer, source } = start();
  const loading = source.load(ofFile('one'));
  await source.load(null);
  answer('one');
  await loading;
  expect(player.src).toBe('');
});

test('an address of another server is taken as it is, and is gone with the source', async () => {
  const { player, source } = start();
  await source.load({
    source: { kind: 'address', url: 'https://films.example/a.mp4', type: 'video/mp4' },
    type: 'video/mp4',
  });
  expect(player.src).toBe('https://films.example/a.mp4');
  source.close();
  expect(player.src).toBe('');
});

test('a player that is closed takes nothing that comes late', async () => {
  const { player, answer, source } = start();
  const loading = source.load(ofFile('one'));
  source.close();
  answer('one');
  await loading;
  expect(player.src).toBe('');
});

/** HLS, where the browser plays none by itself. */
async function startHls() {
  const failures: string[] = [];
  const player = { ...fakePlayer(), canPlayType: () => '' };
  const source = new Source(slowRoom().room, player as unknown as HTMLMediaElement, (reason) =>
    failures.push(reason),
  );
  await source.load({
    source: { kind: 'address', url: 'https://films.example/a.m3u8', type: HLS },
    type: HLS,
  });
  const hls = FakeHls.made.at(-1);
  if (hls === undefined) throw new Error('nothing was made to play it');
  return { player, source, hls, failures };
}

test('a stream is played by what was loaded for it, without a worker, and ended with its source', async () => {
  const { player, source, hls } = await startHls();
  expect(hls.settings).toEqual({ enableWorker: false, liveDurationInfinity: true });
  expect([hls.url, hls.player]).toEqual(['https://films.example/a.m3u8', player]);
  expect(player.src).toBe('');
  await source.load(null);
  expect(hls.isDestroyed).toBe(true);
});

test('a stream that fails for good is told of with its reason; one that goes on is not', async () => {
  const { source, hls, failures } = await startHls();
  hls.fail(false, 'networkError');
  expect(failures).toEqual([]);
  hls.fail(true, 'networkError');
  expect(failures).toEqual(['unreachable']);
  const other = await startHls();
  other.hls.fail(true, 'mediaError');
  expect(other.failures).toEqual(['broken']);
  source.close();
  hls.fail(true, 'networkError');
  expect(failures).toEqual(['unreachable']);
});

test('a browser that can not play streams in any way says so', async () => {
  const failures: string[] = [];
  const player = { ...fakePlayer(), canPlayType: () => '' };
  const source = new Source(slowRoom().room, player as unknown as HTMLMediaElement, (reason) =>
    failures.push(reason),
  );
  vi.spyOn(FakeHls, 'isSupported').mockReturnValueOnce(false);
  await source.load({
    source: { kind: 'address', url: 'https://films.example/a.m3u8', type: HLS },
    type: HLS,
  });
  expect(failures).toEqual(['unsupported']);
});

test('a browser that plays streams by itself loads nothing for it', async () => {
  const { player, source } = start();
  const before = FakeHls.made.length;
  await source.load({
    source: { kind: 'address', url: 'https://films.example/a.m3u8', type: HLS },
    type: HLS,
  });
  expect(player.src).toBe('https://films.example/a.m3u8');
  expect(FakeHls.made.length).toBe(before);
});

test.each([
  ['a stream', HLS, ''],
  ['a stream that the browser plays by itself', HLS, 'maybe'],
  ['a radio', 'audio/mpeg', 'maybe'],
])(
  '%s that has no end is not played: there is no place in it that is the same for all',
  async (_, type, can) => {
    const faults: string[] = [];
    const player = { ...fakePlayer(), canPlayType: () => can };
    const url = 'https://films.example/live';
    const detach = await attach(player as unknown as HTMLMediaElement, url, type, (fault) =>
      faults.push(fault),
    );
    player.duration = 30;
    player.listeners.get('durationchange')?.();
    expect(faults).toEqual([]);
    player.duration = Number.POSITIVE_INFINITY;
    player.listeners.get('durationchange')?.();
    expect(faults).toEqual(['live']);
    detach();
    expect(player.listeners.size).toBe(0);
  },
);

test('the room is told of what has no end as of what can not be played', async () => {
  const failures: string[] = [];
  const player = fakePlayer();
  const source = new Source(slowRoom().room, player as unknown as HTMLMediaElement, (reason) =>
    failures.push(reason),
  );
  const url = 'https://films.example/live.m3u8';
  await source.load({ source: { kind: 'address', url, type: HLS }, type: HLS });
  player.duration = Number.POSITIVE_INFINITY;
  player.listeners.get('durationchange')?.();
  expect(failures).toEqual(['unsupported']);
});

test('a recording of a browser, which does not say how long it is, is played as a file of the room', async () => {
  const { player, answer, source } = start();
  const loading = source.load(ofFile('one'));
  answer('one');
  await loading;
  player.duration = Number.POSITIVE_INFINITY;
  player.listeners.get('durationchange')?.();
  expect(player.src).toBe('/files/one');
});
