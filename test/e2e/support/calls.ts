import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { button, openTab } from './page.ts';

export const WIDE = { viewport: { width: 1280, height: 800 } };
export const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };
export type Look = Parameters<Browser['newContext']>[0];

export const stage = (page: Page) => page.getByRole('region', { name: 'Picture and sound' });
export const picture = (page: Page, name: string) => page.getByLabel(`Picture of ${name}`, { exact: true });
export const tile = (page: Page, name: string) => stage(page).getByRole('listitem').filter({ hasText: name });
export const large = (page: Page) => stage(page).getByRole('list', { name: 'Large' }).getByRole('listitem');

/** What a page lets a test do that only a browser could: see its `script`. */
export type Hooks = {
  connections: RTCPeerConnection[];
  /** All tracks that devices have given to the page. */
  tracks: MediaStreamTrack[];
  contexts: AudioContext[];
  /** How often the page has asked for a camera, a microphone, or both. */
  asked: number;
  /** Holds back what the browser answers to that, until the function that it returns is called. */
  hold: () => () => void;
  /** How loud the person at the microphone is, 0 to 1. */
  speak: (level: number) => void;
  /** How many times the page has the screen kept on. */
  awake: number;
};

/**
 * Keeps at hand what only the browser knows: connections, tracks, contexts of sound. The microphone is one that speaks when the test
 * says so; the screen is a picture that moves, for a browser without a window has none to share.
 */
function script(): void {
  const hooks: Hooks = {
    connections: [],
    tracks: [],
    contexts: [],
    asked: 0,
    hold: () => () => undefined,
    speak: () => undefined,
    awake: 0,
  };
  Object.assign(window, { hooks });
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      hooks.connections.push(this);
    }
  };
  const Silent = window.AudioContext;
  window.AudioContext = class extends AudioContext {
    constructor(options?: AudioContextOptions) {
      super(options);
      hooks.contexts.push(this);
    }
  };
  const { mediaDevices } = navigator;
  // Not there on pages without https.
  if (mediaDevices === undefined) return;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  let loudness = 0.3;
  const gains: GainNode[] = [];
  hooks.speak = (level) => {
    loudness = level;
    for (const { gain } of gains) gain.value = level;
  };
  const voice = (): MediaStreamTrack[] => {
    const context = new Silent();
    const gain = new GainNode(context, { gain: loudness });
    const out = context.createMediaStreamDestination();
    const tone = new OscillatorNode(context, { frequency: 300 });
    tone.connect(gain).connect(out);
    tone.start();
    gains.push(gain);
    return out.stream.getTracks();
  };
  let answered = Promise.resolve();
  hooks.hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    answered = promise;
    return resolve;
  };
  mediaDevices.getUserMedia = async (constraints) => {
    hooks.asked += 1;
    await answered;
    // The browser is asked all the same: it may refuse.
    const stream = await open(constraints);
    const sounds = stream.getAudioTracks();
    for (const track of sounds) track.stop();
    const given = new MediaStream([...stream.getVideoTracks(), ...(sounds.length > 0 ? voice() : [])]);
    hooks.tracks.push(...given.getTracks());
    return given;
  };
  navigator.wakeLock.request = async () => {
    hooks.awake += 1;
    return {
      release: async () => {
        hooks.awake -= 1;
      },
    } as WakeLockSentinel;
  };
  mediaDevices.getDisplayMedia = async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1_280, 720];
    const context = canvas.getContext('2d');
    let hue = 0;
    setInterval(() => {
      hue += 7;
      if (context === null) return;
      context.fillStyle = `hsl(${hue} 60% 45%)`;
      context.fillRect(0, 0, 1_280, 720);
    }, 50);
    const stream = canvas.captureStream(20);
    hooks.tracks.push(...stream.getTracks());
    return stream;
  };
}

/** Pages of one browser at one server, each a person of their own. */
export class Stage {
  readonly #contexts: BrowserContext[] = [];
  readonly #browser: Browser;
  readonly #url: string;
  readonly #expected: RegExp | undefined;

  /** `expected`: what consoles may say. */
  constructor(browser: Browser, url: string, expected?: RegExp) {
    this.#browser = browser;
    this.#url = url;
    this.#expected = expected;
  }

  async open(path: string, look: Look = WIDE): Promise<Page> {
    const context = await this.#browser.newContext({ locale: 'en-GB', ...look });
    this.#contexts.push(context);
    await context.addInitScript(script);
    return openTab(context, this.#url + path, this.#expected);
  }

  /** Somebody starts a meeting; answers its path. */
  async start(name: string, look?: Look): Promise<{ page: Page; path: string }> {
    const page = await this.open('/', look);
    await page.getByLabel('Name of the meeting').fill('Stand-up');
    await page.getByLabel('Your name').fill(name);
    await button(page, 'Start the meeting').click();
    await button(page, 'To the meeting').click();
    return { page, path: new URL(page.url()).pathname };
  }

  /** Somebody comes by the door, with what they have switched on there. */
  async join(
    path: string,
    name: string,
    media: readonly ('Camera' | 'Microphone')[] = ['Camera', 'Microphone'],
    look?: Look,
  ): Promise<Page> {
    const page = await this.open(path, look);
    await page.getByLabel('Your name').fill(name);
    if (media.length > 0) await button(page, 'Camera and microphone').click();
    for (const one of media) await button(page, one).click();
    if (media.includes('Camera')) await picture(page, name).waitFor();
    await button(page, 'Join').click();
    await page.getByRole('heading', { level: 1, name: 'Stand-up', exact: true }).waitFor();
    return page;
  }

  async close(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
  }
}

/** Does something with what a page lets a test do: an expression in which `hooks` are those. */
export const hooksOf = <T>(page: Page, work: string): Promise<T> =>
  page.evaluate(`(async () => { const { hooks } = window; return ${work}; })()`);

export const speak = (page: Page, level: number): Promise<void> => hooksOf(page, `hooks.speak(${level})`);

/** What of all this is still open. */
export const leftOpen = (page: Page): Promise<{ connections: number; tracks: number; contexts: number }> =>
  hooksOf(
    page,
    `({
      connections: hooks.connections.filter(({ connectionState }) => connectionState !== 'closed').length,
      tracks: hooks.tracks.filter(({ readyState }) => readyState === 'live').length,
      contexts: hooks.contexts.filter(({ state }) => state !== 'closed').length,
    })`,
  );

type Received = { id: number; frames: number; bytes: number; energy: number };

/** What came in so far over each connection that stands: pictures decoded, bytes of pictures, and the energy of sound. */
export const received = (page: Page): Promise<readonly Received[]> =>
  hooksOf(
    page,
    `Promise.all(hooks.connections.map(async (connection, id) => {
      let [frames, bytes, energy] = [0, 0, 0];
      if (connection.connectionState === 'closed') return { id, frames: -1, bytes, energy };
      for (const stats of (await connection.getStats()).values()) {
        if (stats.type !== 'inbound-rtp') continue;
        frames += stats.framesDecoded ?? 0;
        bytes += stats.kind === 'video' ? stats.bytesReceived : 0;
        energy += stats.totalAudioEnergy ?? 0;
      }
      return { id, frames, bytes, energy };
    })).then((all) => all.filter(({ frames }) => frames >= 0))`,
  );

/** How many more pictures and bytes of them come within one second, and whether sound does, over each connection. */
export async function growth(page: Page): Promise<{ frames: number; bytes: number; sounds: boolean }[]> {
  const before = await received(page);
  await page.waitForTimeout(1_000);
  const after = await received(page);
  return after.map(({ id, frames, bytes, energy }) => {
    const then = before.find((one) => one.id === id);
    return {
      frames: frames - (then?.frames ?? 0),
      bytes: bytes - (then?.bytes ?? 0),
      sounds: energy > (then?.energy ?? 0),
    };
  });
}

/** Waits until pictures come in over that many connections. */
export const flows = (page: Page, connections: number): Promise<void> =>
  expect
    .poll(async () => (await received(page)).filter(({ frames }) => frames > 10).length)
    .toBe(connections);

/** A picture of a tile's video, small. */
export const pixels = (page: Page, name: string): Promise<string> =>
  picture(page, name).evaluate((video: HTMLVideoElement) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [32, 18];
    const context = canvas.getContext('2d');
    context?.drawImage(video, 0, 0, 32, 18);
    return Array.from(context?.getImageData(0, 0, 32, 18).data ?? []).join();
  });
