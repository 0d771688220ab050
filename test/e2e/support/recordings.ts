// What tests of recordings need: cameras of one colour, and a player that sees what a file holds.
import type { Download, Page } from 'playwright-core';
import { expect } from 'vitest';
import { picture } from './calls.ts';
import { button } from './page.ts';

/** What a camera shows in these tests: a colour of its own, and a bar that moves. */
export type Colour = 'red' | 'blue' | 'lime';

/** Gives somebody a camera that shows a colour; to be called again it shows another one. Before it is opened. */
export const paint = (page: Page, colour: Colour) =>
  page.evaluate((now) => {
    const { mediaDevices } = navigator;
    const open = mediaDevices.getUserMedia.bind(mediaDevices);
    const camera = document.createElement('canvas');
    [camera.width, camera.height] = [640, 360];
    const context = camera.getContext('2d');
    let at = 0;
    setInterval(() => {
      if (context === null) return;
      context.fillStyle = now;
      context.fillRect(0, 0, 640, 360);
      at = (at + 8) % 640;
      context.fillStyle = 'white';
      context.fillRect(at, 0, 40, 360);
    }, 40);
    mediaDevices.getUserMedia = async (wanted) => {
      const stream = await open(wanted);
      if (stream.getVideoTracks().length === 0) return stream;
      for (const track of stream.getTracks()) track.stop();
      const painted = camera.captureStream(25);
      // Its light is that of the camera.
      Reflect.get(window, 'hooks').tracks.push(...painted.getTracks());
      return painted;
    };
  }, colour);

/** Waits until the picture of somebody has come, and is of their colour: it stands there empty before. */
export const shows = (page: Page, name: string, colour: Colour) =>
  expect
    .poll(() =>
      picture(page, name).evaluate((video: HTMLVideoElement, wanted) => {
        const context = new OffscreenCanvas(1, 1).getContext('2d');
        context?.drawImage(video, 0, 0, 1, 1);
        const [red = 0, green = 0, blue = 0] = context?.getImageData(0, 0, 1, 1).data ?? [];
        // The others are none of it: a picture that has not come is black, and the bar is white.
        const own = { red, lime: green, blue }[wanted];
        return own > 185 && red + green + blue - own < 140;
      }, colour),
    )
    .toBe(true);

/** From here on a page's own timers run as they do in a tab at the back: once a second. */
export const slowTimers = (page: Page) =>
  page.evaluate(() => {
    const { setInterval, setTimeout } = window;
    const slow = (ms?: number) => Math.max(1_000, ms ?? 0);
    Object.assign(window, {
      setInterval: (work: () => void, ms?: number) => setInterval(work, slow(ms)),
      setTimeout: (work: () => void, ms?: number) => setTimeout(work, slow(ms)),
      requestAnimationFrame: (work: () => void) => setTimeout(work, 1_000),
    });
  });

interface Played {
  readonly name: string;
  readonly width: number;
  /** What the player says before it plays; Infinity where the file does not say it. */
  readonly seconds: number;
  /** Parts of the picture that have a colour, by where the player jumped to, from 0 to 1. */
  readonly seen: readonly Readonly<Record<Colour, number>>[];
  /** Where it really was, in seconds. */
  readonly jumps: readonly number[];
  /** Different pictures a second. */
  readonly rate: number;
  /** 0 to 1. */
  readonly loudest: number;
}

/** A file that was saved, as a player sees it which jumps to these places before it plays: seconds, and below 0 from the end. */
export async function play(page: Page, download: Download, places: readonly number[]): Promise<Played> {
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const input = { base64: Buffer.concat(chunks).toString('base64'), places };
  const played = await page.evaluate(async ({ base64, places }) => {
    const blob = new Blob([Uint8Array.from(atob(base64), (one) => one.charCodeAt(0))], {
      type: 'video/webm',
    });
    const video = document.createElement('video');
    video.muted = true;
    video.src = URL.createObjectURL(blob);
    const happens = (event: string) =>
      new Promise<void>((resolve, reject) => {
        const fail = () => reject(new Error(video.error?.message ?? `there is no "${event}"`));
        video.addEventListener(event, () => resolve(), { once: true });
        video.addEventListener('error', fail, { once: true });
        setTimeout(fail, 30_000);
      });
    await happens('loadeddata');
    const seconds = video.duration;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [64, 36];
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error('there is no canvas');
    const look = (): Uint8ClampedArray => {
      context.drawImage(video, 0, 0, 64, 36);
      return context.getImageData(0, 0, 64, 36).data;
    };
    const colours = { red: [255, 0, 0], blue: [0, 0, 255], lime: [0, 255, 0] } as const;
    const partOf = (pixels: Uint8ClampedArray, colour: readonly number[]): number => {
      let count = 0;
      for (let at = 0; at < pixels.length; at += 4)
        if (colour.every((part, n) => Math.abs(part - (pixels[at + n] ?? 0)) < 70)) count += 4;
      return count / pixels.length;
    };
    const seen: Record<keyof typeof colours, number>[] = [];
    const jumps: number[] = [];
    for (const place of Number.isFinite(seconds) ? places : []) {
      const there = happens('seeked');
      video.currentTime = place < 0 ? seconds + place : place;
      await there;
      jumps.push(video.currentTime);
      const pixels = look();
      const [red, blue, lime] = [colours.red, colours.blue, colours.lime].map((one) => partOf(pixels, one));
      seen.push({ red: red ?? 0, blue: blue ?? 0, lime: lime ?? 0 });
    }
    const pictures = new Set<string>();
    video.currentTime = 0;
    const looking = setInterval(() => pictures.add(Array.from(look()).join()), 40);
    await video.play();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    clearInterval(looking);
    const rate = pictures.size / video.currentTime;
    // Sound is in it as well: what it is made of says so.
    const decoded = await new OfflineAudioContext(1, 48_000, 48_000).decodeAudioData(
      await blob.arrayBuffer(),
    );
    const loudest = decoded.getChannelData(0).reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    return { width: video.videoWidth, seconds, seen, jumps, rate, loudest };
  }, input);
  return { name: download.suggestedFilename(), ...played };
}

/** The newest file of the room, as a player sees it that fetches it. */
export async function lastFile(page: Page, places: readonly number[]): Promise<Played> {
  await button(page, /^Files/).click();
  const dialog = page.getByRole('dialog', { name: 'Files' });
  const save = dialog.getByRole('button', { name: /^Save Stand-up / }).first();
  await save.waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), save.click()]);
  await page.keyboard.press('Escape');
  return play(page, download, places);
}

/** The pieces of recordings that this browser still keeps, whoever's they are. */
export const tapes = (page: Page) =>
  page.evaluate(async () => {
    const filesIn = async (folder: FileSystemDirectoryHandle, path: string): Promise<string[]> => {
      const found: string[] = [];
      for await (const one of folder.values()) {
        const name = `${path} ${one.name}`;
        if (one instanceof FileSystemDirectoryHandle) found.push(...(await filesIn(one, name)));
        else if (one instanceof FileSystemFileHandle && (await one.getFile()).size > 0) found.push(name);
      }
      return found;
    };
    const root = await navigator.storage.getDirectory();
    return filesIn(await root.getDirectoryHandle('recordings', { create: true }), '');
  });

export const kept = (page: Page) => page.getByRole('region', { name: 'Recordings in this browser' });
