import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { APP, FakeSfu, SECRET } from '../support/fake-sfu.ts';
import { launchBrowser } from './support/browser.ts';
import { bundleCall, come, type CallGlobal as Global, openCallTab } from './support/call-tabs.ts';
import { ChromiumSfu } from './support/chromium-sfu.ts';
import { takeFaults } from './support/page.ts';
import { type Server, startServer } from './support/server.ts';

// A call that grows too large for direct connections and goes over to an SFU, with pictures and sound that really flow: the SFU's API
// is answered by a page that forwards them. The fourth of a call for three sends all over.

let server: Server;
let browser: Browser;
let sfu: FakeSfu;
let forwarding: ChromiumSfu;
let scripts: ReadonlyMap<string, string>;

beforeAll(async () => {
  browser = await launchBrowser();
  forwarding = await ChromiumSfu.open(await browser.newPage());
  sfu = new FakeSfu(forwarding);
  const vars = {
    SFU_APP_ID: APP,
    SFU_APP_SECRET: SECRET,
    REALTIME_URL: await sfu.listen(),
    CALL_DIRECT_MEMBERS: '3',
  };
  [server, scripts] = await Promise.all([startServer({ vars }), bundleCall()]);
});
afterAll(async () => {
  await browser.close();
  await Promise.all([server.close(), sfu.close()]);
});
afterEach(() => {
  expect(takeFaults()).toEqual([]);
});

const NAMES = ['Ada', 'Ben', 'Cleo', 'Dan'];

/** A small picture, so that one machine can play all parts at once. */
const switchOn = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const { call } = (globalThis as unknown as Global).me;
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: true,
      video: { width: 320, height: 180, frameRate: 10 },
    });
    const [camera = null] = stream.getVideoTracks();
    const [microphone = null] = stream.getAudioTracks();
    await Promise.all([call.setCamera(camera), call.setMicrophone(microphone)]);
  });

const receivedOf = (page: Page) =>
  page.evaluate(() => {
    const all = globalThis as unknown as Global;
    return all.page.receivedOf(all.me);
  });

/** Waits until a page gets moving pictures and sound of all these. */
const gets = (page: Page, ids: readonly string[]): Promise<void> =>
  expect
    .poll(
      async () => {
        const before = new Map((await receivedOf(page)).map((one) => [one.member, one]));
        await page.waitForTimeout(1_000);
        const moving = (await receivedOf(page)).filter(
          ({ member, frames, energy }) =>
            frames > (before.get(member)?.frames ?? 0) && energy > (before.get(member)?.energy ?? 0),
        );
        return moving.map(({ member }) => member).sort();
      },
      { timeout: 60_000 },
    )
    .toEqual([...ids].sort());

const shown = (page: Page, id: string) =>
  page.evaluate((member) => {
    const { call } = (globalThis as unknown as Global).me;
    const seen = call.state.members.get(member);
    return { mode: call.state.mode, camera: seen?.camera != null, microphone: seen?.microphone != null };
  }, id);

test('the fourth sends a call for three over to the SFU: all see and hear each other, and a host takes a camera', {
  timeout: 300_000,
}, async () => {
  const pages: Page[] = [];
  for (const _ of NAMES) pages.push(await openCallTab(browser, server.url, scripts));
  const [ada, ben, cleo, dan] = pages;
  if (ada === undefined || ben === undefined || cleo === undefined || dan === undefined)
    throw new Error('nobody');
  const room = await ada.evaluate(() => (globalThis as unknown as Global).page.createRoom({ name: 'Call' }));
  const ids: string[] = [];
  const others = (page: Page) => ids.filter((_, index) => pages[index] !== page);
  for (const [index, page] of [ada, ben, cleo].entries()) {
    ids.push(await come(page, index === 0 ? room : { code: room.code }, NAMES[index] ?? ''));
    await switchOn(page);
  }
  for (const page of [ada, ben, cleo]) await gets(page, others(page));
  expect([(await shown(ada, ids[1] ?? '')).mode, sfu.calls]).toEqual(['direct', []]);

  ids.push(await come(dan, { code: room.code }, 'Dan'));
  // With nothing to send yet he sees and hears all the others.
  await gets(dan, others(dan));
  await switchOn(dan);
  for (const page of pages) await gets(page, others(page));
  for (const page of pages) {
    expect(await page.evaluate(() => (globalThis as unknown as Global).me.call.state.mode)).toBe('sfu');
    expect(await page.evaluate(() => (globalThis as unknown as Global).page.open())).toBe(1);
  }
  expect(await forwarding.made()).toBe(4);

  // A camera is offered in three sizes, and with three of them to be seen each is asked for in the middle one.
  const offers = sfu.calls.flatMap(({ body }) =>
    body?.sessionDescription?.type === 'offer' ? [body.sessionDescription.sdp] : [],
  );
  expect(offers.filter((sdp) => /^a=simulcast:send f;h;q\r?$/m.test(sdp)).length).toBeGreaterThanOrEqual(4);
  const sizes = sfu.calls.flatMap(({ body }) =>
    (body?.tracks ?? []).map(({ simulcast }) => simulcast?.preferredRid).filter((rid) => rid !== undefined),
  );
  expect(sizes).toContain('h');
  await expect.poll(() => sfu.calls.some(({ path }) => path.endsWith('/tracks/update'))).toBe(true);

  const [, benId = ''] = ids;
  const from = Date.now();
  await ada.evaluate((id) => {
    const { me } = globalThis as unknown as Global;
    return me.room.setRights(id, { camera: 'denied' });
  }, benId);
  const dark = { mode: 'sfu', camera: false, microphone: true };
  for (const page of [ada, cleo, dan]) await expect.poll(() => shown(page, benId)).toEqual(dark);
  // Far below any time after which something gives up, far above what a busy machine takes.
  expect(Date.now() - from).toBeLessThan(5_000);
  // And closed over there: nobody is sent it, whatever their page shows.
  const cameras = () =>
    [...sfu.sessions.keys()].flatMap((id) =>
      sfu
        .open(id)
        .filter(({ location, trackName }) => location === 'local' && trackName.startsWith('camera-')),
    ).length;
  await expect.poll(cameras).toBe(3);

  // The right is given back, and he switches on again.
  await ada.evaluate(
    (id) => (globalThis as unknown as Global).me.room.setRights(id, { camera: 'granted' }),
    benId,
  );
  await ben.waitForFunction(
    () => (globalThis as unknown as Global).me.room.state.self.rights.camera !== 'denied',
  );
  await switchOn(ben);
  for (const page of pages) await gets(page, others(page));
  // The server's word comes over another line than the pictures: they go on without it.
  await cleo.evaluate(() => (globalThis as unknown as Global).page.cut());
  await cleo.waitForFunction(() => (globalThis as unknown as Global).me.call.state.status !== 'in');
  await cleo.waitForFunction(() => (globalThis as unknown as Global).me.call.state.status === 'in');
  for (const page of pages) await gets(page, others(page));

  // Pictures that are looked away from and back at, as pages of a large call are turned, take the places of those before.
  const sections = () => dan.evaluate(() => (globalThis as unknown as Global).page.sections());
  const watch = (all: boolean) =>
    dan.evaluate((isAll) => (globalThis as unknown as Global).me.call.watchOnly(isAll ? null : []), all);
  const before = await sections();
  for (let turn = 0; turn < 5; turn += 1) {
    await watch(false);
    await expect.poll(() => shown(dan, benId)).toMatchObject({ camera: false, microphone: true });
    await watch(true);
    await expect.poll(() => shown(dan, benId)).toMatchObject({ camera: true, microphone: true });
  }
  expect(await sections()).toBeLessThanOrEqual(before + 3);
  await gets(dan, others(dan));
  expect(await forwarding.made()).toBe(4);
});
