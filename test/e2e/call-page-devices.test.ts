// Devices: before coming in, refused, unplugged; and that nothing of them stays open.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { callStage } from './support/call-stage.ts';
import { flows, growth, hooksOf, leftOpen, picture, received, speak, stage, tile } from './support/calls.ts';
import { button, inspect } from './support/page.ts';

const stages = callStage();

const NOTHING = { connections: 0, tracks: 0, contexts: 0 };
const isNothing = (page: Page) => expect.poll(() => leftOpen(page)).toEqual(NOTHING);
const DENIED = /Camera: your browser doesn't let this page use it\. Press the icon beside the address/;

/** Has the browser give no device any more. */
const refuse = (page: Page, name: string) =>
  page.evaluate((why) => {
    const { mediaDevices } = navigator;
    const open = mediaDevices.getUserMedia;
    const refused = () => Promise.reject(new DOMException('no', why));
    mediaDevices.getUserMedia = refused;
    Object.assign(window, { allow: () => Object.assign(mediaDevices, { getUserMedia: open }) });
  }, name);
const allow = (page: Page) => page.evaluate(() => (window as unknown as { allow(): void }).allow());

/** Has the browser name microphones and speakers only once it was asked for a microphone, as one does that allows by asking. */
const nameless = (page: Page) =>
  page.evaluate(() => {
    const { mediaDevices } = navigator;
    const { getUserMedia, enumerateDevices } = mediaDevices;
    mediaDevices.enumerateDevices = async () => {
      const all = await enumerateDevices.call(mediaDevices);
      return all.map((one) =>
        one.kind === 'videoinput' ? one : ({ kind: one.kind, deviceId: '', label: '' } as MediaDeviceInfo),
      );
    };
    mediaDevices.dispatchEvent(new Event('devicechange'));
    mediaDevices.getUserMedia = async (constraints) => {
      if (constraints?.audio !== undefined) mediaDevices.enumerateDevices = enumerateDevices;
      return getUserMedia(constraints);
    };
  });

/** Where on the page the button to come in is: it stays there, or a press goes beside it. */
const joinAt = (page: Page) =>
  button(page, 'Join').evaluate((element) => {
    const { left, top } = element.getBoundingClientRect();
    return { left, top: top + window.scrollY };
  });

/** Has the browser wait with devices as if it asked, until it is told to answer. */
const ask = (page: Page) =>
  page.evaluate(() => {
    const all = window as unknown as { hooks: { hold(): () => void }; answer: () => void };
    all.answer = all.hooks.hold();
  });
const answer = (page: Page) => page.evaluate(() => (window as unknown as { answer(): void }).answer());
/** What the page says as long as it has no answer. */
const asking = (page: Page) =>
  page.getByText(/^(Camera and Microphone|Microphone and Camera): not open yet\. If your browser asks/);

test('at the door one sees and hears oneself, chooses devices, and comes in as was wished', async () => {
  const { page: ada, path } = await stages.pages.start('Ada');
  // With room left below.
  const ben = await stages.pages.open(path, { viewport: { width: 1280, height: 1_200 } });
  await ben.getByLabel('Your name').fill('Ben');
  expect(await leftOpen(ben)).toEqual(NOTHING);
  await button(ben, 'Camera and microphone').click();
  await ben.getByText('Your camera is off.').waitFor();
  const at = await joinAt(ben);
  expect((await leftOpen(ben)).tracks).toBe(0);
  await refuse(ben, 'NotAllowedError');
  await button(ben, 'Camera').click();
  await ben.getByRole('alert').getByText(DENIED).waitFor();
  expect(await button(ben, 'Camera').getAttribute('aria-pressed')).toBe('false');
  await inspect(ben, 'call-6-denied');
  expect(await joinAt(ben)).toEqual(at);
  await allow(ben);
  await button(ben, 'Camera').click();
  await picture(ben, 'Ben').waitFor();
  expect(await ben.getByText(DENIED).count()).toBe(0);
  expect(await joinAt(ben)).toEqual(at);
  expect(await picture(ben, 'Ben').evaluate((video) => getComputedStyle(video).scale)).toBe('-1 1');

  await button(ben, 'Microphone').click();
  const level = () => ben.locator('[data-level] > div').evaluate((bar) => bar.getBoundingClientRect().width);
  await speak(ben, 0);
  await expect.poll(level).toBeLessThan(2);
  await speak(ben, 0.5);
  await expect.poll(level).toBeGreaterThan(20);
  // Chromium's made-up devices are several.
  const choice = ben.getByLabel('Microphone', { exact: true }).and(ben.locator('select'));
  expect(await choice.locator('option').count()).toBeGreaterThan(1);
  await choice.selectOption({ index: 1 });
  await expect.poll(level).toBeGreaterThan(20);
  await expect.poll(async () => (await leftOpen(ben)).tracks).toBe(2);
  // So is what one hears them by, once the browser names it.
  expect(await ben.getByLabel('Speaker').locator('option').count()).toBeGreaterThan(1);
  await inspect(ben, 'call-7-door');
  expect(await joinAt(ben)).toEqual(at);
  const asked = await hooksOf<number>(ben, 'hooks.asked');

  await button(ben, 'Join').click();
  await picture(ada, 'Ben').waitFor();
  await tile(ada, 'Ben').getByText('Microphone is off').waitFor({ state: 'detached' });
  await flows(ada, 1);
  // What was open at the door is what the others get: the browser was asked for nothing more, and the screen stays on for it.
  expect(await hooksOf<number>(ben, 'hooks.asked')).toBe(asked);
  expect(await leftOpen(ben)).toMatchObject({ tracks: 2 });
  expect(await hooksOf<number>(ben, 'hooks.awake')).toBe(1);
  // Whoever was in the room only hears by now, without having asked for it.
  await button(stage(ada), 'Devices and settings').click();
  await ada.getByRole('dialog').getByText('Hold to be heard while muted').waitFor();
  await inspect(ada, 'call-8-settings');
  await ada.keyboard.press('Escape');

  // A reload is no leaving: what was on is on again.
  await ben.reload();
  await picture(ben, 'Ben').waitFor();
  await picture(ada, 'Ben').waitFor();
  expect(await hooksOf<number>(ben, 'hooks.asked')).toBe(1);
  // Switched off, the camera's light goes out.
  await button(stage(ben), 'Camera').click();
  await picture(ada, 'Ben').waitFor({ state: 'detached' });
  expect((await leftOpen(ben)).tracks).toBe(1);
  await button(stage(ben), 'Hang up').click();
  await isNothing(ben);
  expect(await hooksOf<number>(ben, 'hooks.awake')).toBe(0);
});

test('on a small phone the way in stays under the thumb while devices are asked for, open, and are refused', async () => {
  const { path } = await stages.pages.start('Ada');
  const viewport = { width: 320, height: 568 };
  const ben = await stages.pages.open(path, { viewport, isMobile: true, hasTouch: true });
  await ben.getByLabel('Your name').fill('Ben');
  await button(ben, 'Camera and microphone').click();
  await ben.getByText('Your camera is off.').waitFor();
  const at = await joinAt(ben);
  await ask(ben);
  await button(ben, 'Microphone').click();
  await button(ben, 'Camera').click();
  await asking(ben).waitFor();
  await inspect(ben, 'call-17-asking-phone');
  expect(await joinAt(ben)).toEqual(at);
  await answer(ben);
  await picture(ben, 'Ben').waitFor();
  await ben.getByLabel('Camera', { exact: true }).and(ben.locator('select')).waitFor();
  await ben.getByLabel('Microphone', { exact: true }).and(ben.locator('select')).waitFor();
  expect(await joinAt(ben)).toEqual(at);
  await inspect(ben, 'call-18-door-phone');
  // What was on before opens by itself, once its part of the page is here.
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  await ben.route('**/assets/preview-*', (route) => held.then(() => route.continue()));
  await ben.reload();
  await button(ben, 'Join').waitFor();
  expect(await button(ben, 'Microphone').count()).toBe(0);
  expect(await joinAt(ben)).toEqual(at);
  letGo();
  await ben.getByLabel('Your picture').waitFor();
  expect(await joinAt(ben)).toEqual(at);
  // One question of the browser is for both, and so is what is said of its answer.
  await refuse(ben, 'NotAllowedError');
  for (const name of ['Microphone', 'Camera']) {
    await button(ben, name).click();
    await button(ben, name).click();
  }
  await ben
    .getByRole('alert')
    .getByText(/^Microphone and Camera: your browser doesn't let this page use it/)
    .waitFor();
  await inspect(ben, 'call-19-denied-phone');
  expect(await joinAt(ben)).toEqual(at);
});

test('whoever has not answered the browser yet hears and sees the others, and is told what it waits for', async () => {
  const { page: ada, path } = await stages.pages.start('Ada');
  await button(ada, 'Start the call').click();
  await picture(ada, 'Ada').waitFor();
  const ben = await stages.pages.open(path);
  await ben.getByLabel('Your name').fill('Ben');
  await button(ben, 'Camera and microphone').click();
  await ask(ben);
  await button(ben, 'Camera').click();
  await button(ben, 'Microphone').click();
  const waits = asking(ben);
  await waits.waitFor();
  await inspect(ben, 'call-11-asking');
  await button(ben, 'Join').click();
  await picture(ben, 'Ada').waitFor();
  await flows(ben, 1);
  await waits.waitFor();
  expect(await button(stage(ben), 'Hang up').isEnabled()).toBe(true);
  expect(await picture(ada, 'Ben').count()).toBe(0);
  await answer(ben);
  await picture(ada, 'Ben').waitFor();
  await tile(ada, 'Ben').getByText('Microphone is off').waitFor({ state: 'detached' });
  await waits.waitFor({ state: 'detached' });
  expect(await hooksOf<number>(ben, 'hooks.asked')).toBe(2);
});

test('another camera, microphone or speaker is taken in the call, and the one before comes back where it fails', async () => {
  const { page: ada, path } = await stages.pages.start('Ada');
  await button(ada, 'Camera').click();
  await picture(ada, 'Ada').waitFor();
  const ben = await stages.pages.join(path, 'Ben', ['Microphone']);
  await flows(ben, 1);
  const [connection] = await received(ben);
  /** Names of the cameras that are on. */
  const cameras = () =>
    hooksOf<string[]>(
      ada,
      `hooks.tracks.filter(({ kind, readyState }) => kind === 'video' && readyState === 'live').map(({ label }) => label)`,
    );
  const [first] = await cameras();
  await nameless(ada);
  await button(stage(ada), 'Devices and settings').click();
  const settings = ada.getByRole('dialog', { name: 'Settings' });
  const choice = (name: string) => settings.getByLabel(name, { exact: true });
  // The browser names what was not allowed yet only after it was asked.
  await settings.getByText('Your browser names microphones and speakers only after').waitFor();
  expect(await choice('Speaker').count()).toBe(0);
  await inspect(ada, 'call-12-unnamed');
  await button(settings, 'Ask the browser').click();
  await choice('Microphone').waitFor();
  expect(await cameras()).toEqual([first]);

  // The one that is on is the one that is shown, though nobody has chosen it.
  const shown = () => choice('Camera').evaluate((list: HTMLSelectElement) => list.selectedOptions[0]?.label);
  expect(await shown()).toBe(first);
  const other = 'fake_device_2';
  expect(first).not.toBe(other);
  await choice('Camera').selectOption({ label: other });
  await expect.poll(cameras).toEqual([other]);
  // The others see it go on.
  await expect.poll(async () => (await growth(ben))[0]?.frames).toBeGreaterThan(5);
  expect((await received(ben)).map(({ id }) => id)).toEqual([connection?.id]);
  expect(await picture(ben, 'Ada').count()).toBe(1);

  await ada.evaluate(() => {
    const { mediaDevices } = navigator;
    const open = mediaDevices.getUserMedia;
    mediaDevices.getUserMedia = () => {
      mediaDevices.getUserMedia = open;
      return Promise.reject(new DOMException('in use', 'NotReadableError'));
    };
  });
  await choice('Camera').selectOption({ label: first ?? '' });
  await ada.getByText('Camera: another program is using it. Close that one and try again.').waitFor();
  await expect.poll(cameras).toEqual([other]);
  expect(await shown()).toBe(other);
  await expect.poll(async () => (await growth(ben))[0]?.frames).toBeGreaterThan(5);

  await choice('Speaker').selectOption({ index: 1 });
  const speaker = await choice('Speaker').inputValue();
  await expect
    .poll(() =>
      ada.locator('audio').evaluateAll((all: HTMLAudioElement[]) => all.map(({ sinkId }) => sinkId)),
    )
    .toEqual([speaker]);
});

test('a device that is refused or pulled out is named, with what to do; the others see it go', async () => {
  const { page: ada, path } = await stages.pages.start('Ada');
  await refuse(ada, 'NotAllowedError');
  await button(ada, 'Camera').click();
  await ada.getByText(DENIED).first().waitFor();
  await allow(ada);
  await button(stage(ada), 'Camera').click();
  await picture(ada, 'Ada').waitFor();
  const ben = await stages.pages.join(path, 'Ben', []);
  await picture(ben, 'Ada').waitFor();

  await ada.evaluate(() => {
    const { tracks } = (window as unknown as { hooks: { tracks: MediaStreamTrack[] } }).hooks;
    const camera = tracks.findLast(({ kind }) => kind === 'video');
    // What a browser does when the plug is pulled.
    camera?.stop();
    camera?.dispatchEvent(new Event('ended'));
  });
  await ada.getByText('Your camera is gone.').first().waitFor();
  await picture(ben, 'Ada').waitFor({ state: 'detached' });
  await button(stage(ada), 'Camera').click();
  await picture(ben, 'Ada').waitFor();
});

test('leaving the call, the room, or going to a breakout room leaves nothing open', async () => {
  const { page: ada, path } = await stages.pages.start('Ada');
  await button(ada, 'Camera').click();
  await picture(ada, 'Ada').waitFor();
  await button(stage(ada), 'Microphone').click();
  const ben = await stages.pages.join(path, 'Ben');
  await picture(ada, 'Ben').waitFor();
  await flows(ben, 1);

  // Leaving the call ends it here and for the others; one stays in the room, and comes back when one likes.
  await button(stage(ben), 'Hang up').click();
  await stage(ben).waitFor({ state: 'detached' });
  await isNothing(ben);
  await tile(ada, 'Ben').waitFor({ state: 'detached' });
  await ben.waitForTimeout(1_000);
  expect(await stage(ben).count()).toBe(0);
  await button(ben, 'Join the call: 1').click();
  await picture(ben, 'Ada').waitFor();
  expect(await picture(ben, 'Ben').count()).toBe(0);
  await button(stage(ben), 'Camera').click();
  await picture(ada, 'Ben').waitFor();

  // To a breakout room and back: the call of the one room ends, that of the other begins, with the same devices.
  await button(ada, 'Breakout rooms').click();
  await ada.getByLabel('Who goes where').selectOption('choose');
  await button(ada, 'Open the rooms').click();
  await button(ada, 'Go there: Room 1').waitFor();
  await ada.keyboard.press('Escape');
  await ben.bringToFront();
  await button(ben, /^Breakout rooms/).click();
  await button(ben, 'Go there: Room 1').click();
  await ben.getByRole('heading', { level: 1, name: 'Room 1' }).waitFor();
  await picture(ben, 'Ben').waitFor();
  await tile(ada, 'Ben').waitFor({ state: 'detached' });
  expect(await leftOpen(ben)).toMatchObject({ connections: 0, tracks: 1 });
  await button(ben, 'Back to the main room').click();
  await picture(ada, 'Ben').waitFor();
  expect(await leftOpen(ben)).toMatchObject({ connections: 1, tracks: 1 });

  await button(ben, 'Leave').click();
  await ben.getByRole('button', { name: 'Come back' }).waitFor();
  await isNothing(ben);
  // Coming back switches nothing on.
  await button(ben, 'Come back').click();
  await picture(ben, 'Ada').waitFor();
  expect(await picture(ben, 'Ben').count()).toBe(0);
  expect((await leftOpen(ben)).tracks).toBe(0);
});
