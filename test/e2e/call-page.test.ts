// The call as people see it: three in a direct call, what a host takes away, what is shared, and who is large.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { callStage } from './support/call-stage.ts';
import {
  flows,
  growth,
  large,
  PHONE,
  picture,
  pixels,
  received,
  speak,
  stage,
  tile,
} from './support/calls.ts';
import { button, inspect } from './support/page.ts';

const stages = callStage();

/** Ada has started a meeting, and is in its call with a camera. */
async function begin(): Promise<{ ada: Page; path: string }> {
  const { page: ada, path } = await stages.pages.start('Ada');
  await button(ada, 'Camera').click();
  await picture(ada, 'Ada').waitFor();
  return { ada, path };
}

const act = async (host: Page, name: string, action: string) => {
  await host.bringToFront();
  await button(host, `Actions for ${name}`).click();
  await host.getByRole('menuitem', { name: action, exact: true }).click();
};

/**
 * How long it takes until a picture is gone on all pages, in ms from the press of a host. The pages take the times, all by the clock of
 * this machine: what the test itself waits for is no part of it.
 */
async function darkAfter(host: Page, name: string, pages: readonly Page[]): Promise<number> {
  for (const page of pages) await picture(page, name).waitFor();
  const goesOut = (label: string) => {
    const out = new Promise<number>((resolve) => {
      const watcher = new MutationObserver(() => {
        if (document.querySelector(`[aria-label="${label}"]`) !== null) return;
        watcher.disconnect();
        resolve(Date.now());
      });
      watcher.observe(document, { childList: true, subtree: true, attributeFilter: ['aria-label'] });
    });
    const times = { out, pressed: 0 };
    addEventListener('click', () => Object.assign(times, { pressed: Date.now() }), true);
    Object.assign(window, { times });
  };
  for (const page of pages) await page.evaluate(goesOut, `Picture of ${name}`);
  await act(host, name, 'Turn the camera off');
  const outs = await Promise.all(pages.map((page): Promise<number> => page.evaluate('times.out')));
  const pressed: number = await host.evaluate('times.pressed');
  return Math.max(...outs) - pressed;
}

test('three people see and hear each other; a camera that the host takes away is dark for all within a second', async () => {
  const { ada, path } = await begin();
  await button(stage(ada), 'Microphone').click();
  const ben = await stages.pages.join(path, 'Ben');
  const cyn = await stages.pages.join(path, 'Cyn', undefined, PHONE);
  const all = { Ada: ada, Ben: ben, Cyn: cyn };
  for (const [own, page] of Object.entries(all)) {
    const others = Object.keys(all).filter((one) => one !== own);
    for (const name of others) await picture(page, name).waitFor();
    await flows(page, 2);
    const before = await received(page);
    await expect
      .poll(async () =>
        (await received(page)).every(
          ({ frames, energy }, at) =>
            frames > (before[at]?.frames ?? 0) + 5 && energy > (before[at]?.energy ?? 0),
        ),
      )
      .toBe(true);
    await page.bringToFront();
    for (const name of others) {
      const first = await pixels(page, name);
      await expect.poll(() => pixels(page, name)).not.toBe(first);
    }
  }
  await inspect(ada, 'call-1-three');
  await inspect(cyn, 'call-2-phone');

  // His light.
  const lights = () =>
    ben.evaluate(
      () =>
        (window as unknown as { hooks: { tracks: MediaStreamTrack[] } }).hooks.tracks.filter(
          ({ kind, readyState }) => kind === 'video' && readyState === 'live',
        ).length,
    );
  const times: number[] = [];
  do {
    times.push(await darkAfter(ada, 'Ben', Object.values(all)));
    await ben.getByText('A host has turned off for you: Camera').first().waitFor();
    expect(await lights()).toBe(0);

    // Asked for it he switches it on himself, and the device is opened for it.
    await act(ada, 'Ben', 'Ask to turn the camera on');
    await button(ben, 'Accept').click();
    await picture(ada, 'Ben').waitFor();
    expect(await lights()).toBe(1);
    // Once more where this machine was busy with something else; what is always slow is slow each time.
  } while (Math.min(...times) >= 1_000 && times.length < 3);
  expect(Math.min(...times)).toBeLessThan(1_000);

  // Without the right it goes off at once, and the button says why it can't be pressed.
  await ada.bringToFront();
  await button(ada, "Host's tools").click();
  await ada.getByRole('switch', { name: 'Turn the camera on' }).click();
  await picture(cyn, 'Ben').waitFor({ state: 'detached' });
  await picture(ben, 'Cyn').waitFor({ state: 'detached' });
  expect(await lights()).toBe(0);
  expect(await button(stage(ben), 'Camera: not allowed now').isDisabled()).toBe(true);
});

test('whoever shares, is pressed on, is in the spotlight or speaks is large', async () => {
  const { ada, path } = await begin();
  const ben = await stages.pages.join(path, 'Ben', ['Microphone']);
  const cyn = await stages.pages.join(path, 'Cyn', ['Camera']);
  await picture(ada, 'Cyn').waitFor();
  await tile(ada, 'Ben').waitFor();
  expect(await large(ada).count()).toBe(0);

  // Who speaks.
  await ada.bringToFront();
  await button(stage(ada), 'Show who speaks large').click();
  await speak(ben, 0);
  await large(ada).waitFor();
  await speak(ben, 0.5);
  await large(ada).filter({ hasText: 'Ben' }).waitFor();
  await inspect(ada, 'call-3-speaker');

  // Who was pressed on, before whoever speaks.
  await tile(ada, 'Cyn').hover();
  await button(ada, 'Make Cyn large').click();
  await large(ada).filter({ hasText: 'Cyn' }).waitFor();
  await large(ada).hover();
  await button(ada, 'Make Cyn small again').click();
  await large(ada).filter({ hasText: 'Ben' }).waitFor();
  await button(stage(ada), 'Show all alike').click();
  await large(ada).waitFor({ state: 'detached' });

  // The spotlight is the same for all.
  await act(ada, 'Cyn', 'Put in the spotlight');
  await large(ben).filter({ hasText: 'Cyn' }).waitFor();
  await large(cyn).filter({ hasText: 'Cyn' }).waitFor();

  // A screen goes before it, and whoever shares it does not see it in itself.
  await cyn.bringToFront();
  await button(stage(cyn), 'Screen').click();
  await large(ben).getByLabel('Screen of Cyn', { exact: true }).waitFor();
  await stage(cyn).getByText('You share your screen.').waitFor();
  expect(await cyn.getByLabel('Screen of Cyn', { exact: true }).count()).toBe(0);
  const shown = () =>
    ben
      .getByLabel('Screen of Cyn', { exact: true })
      .evaluate((video: HTMLVideoElement) => [video.videoWidth, video.currentTime]);
  await expect.poll(async () => (await shown())[0]).toBeGreaterThan(300);
  const [, before] = await shown();
  await expect.poll(async () => (await shown())[1]).toBeGreaterThan(before ?? 0);
  await ben.bringToFront();
  await inspect(ben, 'call-4-screen');
  await button(stage(cyn), 'Screen').click();
  await ben.getByLabel('Screen of Cyn', { exact: true }).waitFor({ state: 'detached' });
});

test('what is not seen is not sent: neither who has no place, nor anybody to a page out of sight; sound always is', async () => {
  // So low that whoever is large leaves no room for others.
  const { page: ada, path } = await stages.pages.start('Ada', { viewport: { width: 640, height: 360 } });
  await button(ada, 'Camera').click();
  await picture(ada, 'Ada').waitFor();
  for (const name of ['Ben', 'Cyn']) {
    await stages.pages.join(path, name);
    await picture(ada, name).waitFor();
  }
  await flows(ada, 2);
  const sum = async () => {
    const all = await growth(ada);
    return {
      seen: all.filter(({ frames, bytes }) => frames > 5 && bytes > 5_000).length,
      dark: all.filter(({ frames, bytes }) => frames === 0 && bytes === 0).length,
      heard: all.filter(({ sounds }) => sounds).length,
    };
  };
  const settled = (wanted: Awaited<ReturnType<typeof sum>>) => expect.poll(sum).toEqual(wanted);
  await settled({ seen: 2, dark: 0, heard: 2 });
  await tile(ada, 'Ben').hover();
  await button(ada, 'Make Ben large').click();
  await picture(ada, 'Cyn').waitFor({ state: 'detached' });
  await settled({ seen: 1, dark: 1, heard: 2 });

  const hide = (isHidden: boolean) =>
    ada.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
      document.dispatchEvent(new Event('visibilitychange'));
    }, isHidden);
  await hide(true);
  await settled({ seen: 0, dark: 2, heard: 2 });
  await hide(false);
  await settled({ seen: 1, dark: 1, heard: 2 });
  await large(ada).hover();
  await button(ada, 'Make Ben small again').click();
  await settled({ seen: 2, dark: 0, heard: 2 });
});

test('whoever is muted and speaks is told so, and is heard while they hold the space bar', async () => {
  const { ada, path } = await begin();
  const ben = await stages.pages.join(path, 'Ben', ['Microphone']);
  const muted = tile(ada, 'Ben').getByText('Microphone is off');
  await tile(ada, 'Ben').waitFor();
  await muted.waitFor({ state: 'detached' });
  await ben.bringToFront();
  await button(stage(ben), 'Microphone').click();
  await muted.waitFor();
  await ben.getByText('You are speaking, and nobody hears you: your microphone is off.').waitFor();
  await inspect(ben, 'call-5-unheard');

  // In the chat the space bar is a space.
  const field = ben.getByRole('textbox', { name: 'Write a message' });
  await field.focus();
  await ben.keyboard.press('Space');
  expect(await field.inputValue()).toBe(' ');
  await field.fill('');
  await ben.keyboard.press('Escape');
  await ben.keyboard.down('Space');
  await muted.waitFor({ state: 'detached' });
  await ben.keyboard.up('Space');
  await muted.waitFor();
  // Other keys are switches.
  await ben.keyboard.press('m');
  await muted.waitFor({ state: 'detached' });
  await ben.keyboard.press('v');
  await picture(ada, 'Ben').waitFor();
  await ben.keyboard.press('v');
  await picture(ada, 'Ben').waitFor({ state: 'detached' });
});
