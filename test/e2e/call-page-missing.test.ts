// What a call needs and does not come: it is said which, whoever is heard all the same can mute, and it can be tried again.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { callStage } from './support/call-stage.ts';
import { flows, leftOpen, PHONE, picture, stage, tile } from './support/calls.ts';
import { button, inspect } from './support/page.ts';

const stages = callStage(/ERR_FAILED|Failed to load resource|dynamically imported module/);

/** Keeps the files of a part from coming, until the function that it answers is called. */
async function without(page: Page, name: RegExp): Promise<() => Promise<void>> {
  await page.route(name, (route) => route.abort());
  return () => page.unroute(name);
}

test('where the picture does not come one is heard, sees so, and can mute and leave', async () => {
  const { page: ada, path } = await stages.pages.start('Ada');
  const bring = await without(ada, /\/assets\/stage-[^/]*\.js/);
  await button(ada, 'Microphone').click();
  const missing = ada.getByRole('region', { name: 'Start the call' });
  await missing.getByRole('alert').waitFor();
  const bar = ada.getByRole('region', { name: 'Camera and microphone' });
  await expect.poll(() => button(bar, 'Microphone').getAttribute('aria-pressed')).toBe('true');
  await inspect(ada, 'call-13-missing');
  const ben = await stages.pages.join(path, 'Ben');
  await tile(ben, 'Ada').waitFor();
  const muted = tile(ben, 'Ada').getByText('Microphone is off');
  await muted.waitFor({ state: 'detached' });
  await ada.bringToFront();
  await button(bar, 'Microphone').click();
  await muted.waitFor();
  await button(bar, 'Hang up').click();
  await tile(ben, 'Ada').waitFor({ state: 'detached' });
  await expect.poll(() => leftOpen(ada)).toMatchObject({ connections: 0, tracks: 0 });
  await bring();
  await button(ada, 'Join the call: 1').click();
  if ((await stage(ada).count()) === 0) await ada.evaluate(() => window.dispatchEvent(new Event('online')));
  await picture(ada, 'Ben').waitFor();
  await flows(ada, 1);
});

test('on a phone one gets to the chat without the picture, and trying again without a network throws nothing away', async () => {
  const { page: ada } = await stages.pages.start('Ada', PHONE);
  const bring = await without(ada, /\/assets\/stage-[^/]*\.js/);
  const bringPage = await without(ada, /^http:\/\/[^/]*\/(r\/[^/]*)?$/);
  await button(ada, 'Microphone').click();
  const bar = ada.getByRole('region', { name: 'Camera and microphone' });
  await button(bar, 'Chat').click();
  const text = ada.getByRole('textbox', { name: 'Write a message' });
  await text.fill('Who hears me?');
  await button(bar, 'Picture').click();
  await text.waitFor({ state: 'hidden' });
  await ada.evaluate(() => Object.assign(window, { isSame: true }));
  await inspect(ada, 'call-15-missing-phone');
  for (let press = 0; press < 3; press += 1) {
    const failed = ada.waitForEvent('requestfailed');
    await button(ada, 'Try again').click();
    await failed;
  }
  await ada.waitForTimeout(1_000);
  expect(await ada.evaluate(() => 'isSame' in window)).toBe(true);
  await button(bar, 'Chat').click();
  expect(await text.inputValue()).toBe('Who hears me?');
  // Where there is a page but not the part, a newer page has another one.
  await bringPage();
  const anew = ada.waitForEvent('load');
  await button(ada, 'Try again').click();
  await anew;
  await bring();
  await ada.evaluate(() => window.dispatchEvent(new Event('online')));
  await stage(ada).waitFor();
});

test('without WebRTC, or without the part that calls need, it is said which; another press tries again', async () => {
  const { page: ada, path } = await stages.pages.start('Ada');
  const bring = await without(ada, /\/assets\/sending-[^/]*\.js/);
  await button(ada, 'Start the call').click();
  const unreached = ada.getByText("The server can't be reached. Check your connection and try again.");
  await unreached.first().waitFor();
  expect(await stage(ada).count()).toBe(0);
  expect((await leftOpen(ada)).tracks).toBe(0);
  await bring();
  await button(ada, 'Start the call').click();
  await picture(ada, 'Ada').waitFor();

  // An old browser: it comes to the room by the door, and listens to the call by itself.
  const ben = await stages.pages.open(path);
  await ben.evaluate(() => {
    const all = window as unknown as { RTCPeerConnection: unknown; bring: () => void };
    const { RTCPeerConnection } = all;
    all.RTCPeerConnection = undefined;
    all.bring = () => {
      all.RTCPeerConnection = RTCPeerConnection;
    };
  });
  await ben.getByLabel('Your name').fill('Ben');
  await button(ben, 'Join').click();
  const old = ben.getByText(
    "This browser can't send and show pictures and sound of a call. Use a newer one.",
  );
  await old.first().waitFor();
  await inspect(ben, 'call-14-impossible');
  await old.first().waitFor({ state: 'detached' });
  await button(ben, 'Join the call: 1').click();
  await old.first().waitFor();
  await ben.evaluate(() => (window as unknown as { bring(): void }).bring());
  await button(ben, 'Join the call: 1').click();
  await picture(ben, 'Ada').waitFor();
});

test('where devices can not be tried, or chosen, for want of the part, it is said so and can be tried again', async () => {
  const { path } = await stages.pages.start('Ada');
  const ben = await stages.pages.open(path);
  await ben.getByLabel('Your name').fill('Ben');
  const unreached = ben.getByText("The server can't be reached. Check your connection and try again.");
  const bringPreview = await without(ben, /\/assets\/preview-[^/]*\.js/);
  await button(ben, 'Camera and microphone').click();
  await unreached.waitFor();
  await bringPreview();
  await button(ben, 'Try again').click();
  await button(ben, 'Camera').click();
  await picture(ben, 'Ben').waitFor();
  // Where it comes by itself, as what was on before does, whoever had to try again stands in it.
  const bringAgain = await without(ben, /\/assets\/preview-[^/]*\.js/);
  await ben.reload();
  await unreached.waitFor();
  await bringAgain();
  await button(ben, 'Try again').click();
  const stands = () => button(ben, 'Microphone').evaluate((element) => element === document.activeElement);
  await expect.poll(stands).toBe(true);
  await ben.getByLabel('Your name').fill('Ben');
  await picture(ben, 'Ben').waitFor();
  await button(ben, 'Join').click();
  await picture(ben, 'Ben').waitFor();
  const bringSettings = await without(ben, /\/assets\/device-settings-[^/]*\.js/);
  await button(stage(ben), 'Devices and settings').click();
  await unreached.waitFor();
  await bringSettings();
  await button(ben, 'Try again').click();
  await ben.getByRole('dialog').getByLabel('Camera', { exact: true }).waitFor();
});
