import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { bundleCall, come, type CallGlobal as Global, openCallTab } from './support/call-tabs.ts';
import { takeFaults } from './support/page.ts';
import { type Server, startServer } from './support/server.ts';

// The call of the SDK alone, in a browser with a made-up camera and microphone: no page of ours, and no server between the three.

let server: Server;
let browser: Browser;
/** Files of the page, by name. */
let scripts: ReadonlyMap<string, string>;

beforeAll(async () => {
  [server, browser, scripts] = await Promise.all([startServer(), launchBrowser(), bundleCall()]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(takeFaults()).toEqual([]);
});

const openPage = (): Promise<Page> => openCallTab(browser, server.url, scripts);

const switchOn = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    const { call, devices } = (globalThis as unknown as Global).me;
    const [camera, microphone] = [await devices.openCamera(), await devices.openMicrophone()];
    await Promise.all([call.setCamera(camera.track), call.setMicrophone(microphone.track)]);
    return [camera.failure, microphone.failure];
  });

/** What is shown of each other member. */
const shown = (page: Page): Promise<Record<string, Record<string, unknown>>> =>
  page.evaluate(() =>
    Object.fromEntries(
      Array.from((globalThis as unknown as Global).me.call.state.members, ([id, member]) => [
        id,
        {
          camera: member.camera?.readyState === 'live' && member.camera.enabled,
          microphone: member.microphone?.readyState === 'live' && member.microphone.enabled,
          quality: member.quality,
        },
      ]),
    ),
  );

/** The line stands. How good it is depends on what else this machine has to do. */
const STANDS: unknown = expect.stringMatching(/^(good|fair|poor)$/);

const received = (page: Page) => page.evaluate(() => (globalThis as unknown as Global).page.received());

async function meet(...names: string[]) {
  const pages = await Promise.all(names.map(openPage));
  const [first, ...others] = pages;
  if (first === undefined) throw new Error('nobody');
  const room = await first.evaluate(() =>
    (globalThis as unknown as Global).page.createRoom({ name: 'Call' }),
  );
  const ids = [await come(first, room, names[0] ?? '')];
  for (const [index, page] of others.entries())
    ids.push(await come(page, { code: room.code }, names[index + 1] ?? ''));
  for (const page of pages) expect(await switchOn(page)).toEqual([null, null]);
  return { pages, ids };
}

/** Waits until everybody gets pictures and sound of everybody else. */
async function everybodyGets(pages: readonly Page[]): Promise<void> {
  for (const page of pages) {
    const isSo = async () => {
      const before = await received(page);
      await page.waitForTimeout(1_000);
      const after = await received(page);
      return after.map(({ frames, energy }, index) => ({
        moves: frames > (before[index]?.frames ?? 0),
        sounds: energy > 0,
      }));
    };
    await expect.poll(isSo).toEqual(pages.slice(1).map(() => ({ moves: true, sounds: true })));
  }
}

describe('the call of the SDK in a browser', () => {
  test('three people see and hear each other, over one connection to each', async () => {
    const { pages, ids } = await meet('Ada', 'Ben', 'Cleo');
    await everybodyGets(pages);
    for (const [index, page] of pages.entries()) {
      const others = ids.filter((_, other) => other !== index);
      expect(Object.keys(await shown(page)).sort()).toEqual([...others].sort());
      await expect
        .poll(() => shown(page))
        .toEqual(
          Object.fromEntries(others.map((id) => [id, { camera: true, microphone: true, quality: STANDS }])),
        );
      const { made, lengths } = await page.evaluate(() => {
        const all = globalThis as unknown as Global;
        return { made: all.page.made(), lengths: all.page.descriptions() };
      });
      expect(made).toBe(2);
      const heard = await page.evaluate((all) => {
        const { me, page } = globalThis as unknown as Global;
        return page.loudest(me, all);
      }, ids);
      for (const level of heard) expect(level).toBeGreaterThan(0);
      // Nothing is sent while nobody speaks.
      for (const parameters of await page.evaluate(() => (globalThis as unknown as Global).page.speech()))
        expect(parameters).toContain('usedtx=1');
      // What the room takes (LIMITS.sdpLength), with room for the candidates of a machine with many networks.
      for (const length of lengths) expect(length).toBeLessThan(24_000);
    }
  });

  test('who comes without devices sees and hears the others at once, and is seen when there are some', async () => {
    const { pages } = await meet('Ada', 'Ben');
    const [ada, ben] = pages;
    if (ada === undefined || ben === undefined) throw new Error('nobody');
    await everybodyGets(pages);
    const code = await ada.evaluate(() => (globalThis as unknown as Global).me.room.state.room.code);
    const cleo = await openPage();
    const id = await come(cleo, { code }, 'Cleo');
    const gets = async () => {
      const before = await received(cleo);
      await cleo.waitForTimeout(500);
      return (await received(cleo)).map(
        ({ frames, energy }, index) => frames > (before[index]?.frames ?? 0) && energy > 0,
      );
    };
    await expect.poll(gets).toEqual([true, true]);
    expect((await shown(ada))[id]).toMatchObject({ camera: false, microphone: false });
    expect(await switchOn(cleo)).toEqual([null, null]);
    await everybodyGets([ada, ben, cleo]);
  });

  test('a camera that a host takes away goes dark for all within a second, and its light goes out', async () => {
    const { pages, ids } = await meet('Ada', 'Ben', 'Cleo');
    const [ada, ben, cleo] = pages;
    const [, benId = ''] = ids;
    if (ada === undefined || ben === undefined || cleo === undefined) throw new Error('nobody');
    await everybodyGets(pages);
    await ben.evaluate(() => {
      const all = globalThis as unknown as Global & { light: MediaStreamTrack | null };
      all.light = all.me.call.state.self.camera;
    });
    await ada.evaluate(
      (id) => (globalThis as unknown as Global).me.room.setRights(id, { camera: 'denied' }),
      benId,
    );
    for (const page of [ada, cleo])
      await expect
        .poll(async () => (await shown(page))[benId], { timeout: 1_000 })
        .toMatchObject({ camera: false, microphone: true });
    const own = await ben.evaluate(() => {
      const all = globalThis as unknown as Global & { light: MediaStreamTrack | null };
      return { state: all.light?.readyState, camera: all.me.call.state.self.camera };
    });
    expect(own).toEqual({ state: 'ended', camera: null });
  });

  test('a sender that cheats is not shown: what it goes on sending is kept out by whoever gets it', async () => {
    const { pages, ids } = await meet('Ada', 'Ben');
    const [ada, ben] = pages;
    const [, benId = ''] = ids;
    if (ada === undefined || ben === undefined) throw new Error('nobody');
    await everybodyGets(pages);
    // The room believes it to be off; the SDK there was not asked, and sends on.
    await ben.evaluate(() => (globalThis as unknown as Global).me.room.setMedia({ camera: false }));
    await expect
      .poll(async () => (await shown(ada))[benId], { timeout: 1_000 })
      .toMatchObject({ camera: false });
    const before = await received(ada);
    await ada.waitForTimeout(1_000);
    expect((await received(ada))[0]?.frames).toBeGreaterThan(before[0]?.frames ?? 0);
    expect((await shown(ada))[benId]).toMatchObject({ camera: false, microphone: true });
  });

  test('pictures go on while the connection to the room is lost, and over the same connections after it', async () => {
    const { pages, ids } = await meet('Ada', 'Ben');
    const [ada, ben] = pages;
    const [, benId = ''] = ids;
    if (ada === undefined || ben === undefined) throw new Error('nobody');
    await everybodyGets(pages);
    // From here on every change of what Ada sees of Ben is written down.
    await ada.evaluate((id) => {
      const all = globalThis as unknown as Global & { seen: boolean[] };
      all.seen = [];
      all.me.call.subscribe(() => all.seen.push(all.me.call.state.members.get(id)?.camera != null));
    }, benId);
    await ben.evaluate(() => (globalThis as unknown as Global).page.cut());
    await ben.waitForFunction(() => (globalThis as unknown as Global).me.call.state.status !== 'in');
    await ben.waitForFunction(() => (globalThis as unknown as Global).me.call.state.status === 'in');
    await everybodyGets(pages);
    const seen = await ada.evaluate(() => (globalThis as unknown as Global & { seen: boolean[] }).seen);
    expect(seen).not.toContain(false);
    for (const page of pages)
      expect(await page.evaluate(() => (globalThis as unknown as Global).page.made())).toBe(1);
  });

  test('a change of network is followed by another way, over the same connection', async () => {
    const { pages } = await meet('Ada', 'Ben');
    const [ada] = pages;
    if (ada === undefined) throw new Error('nobody');
    await everybodyGets(pages);
    const fragments = () => ada.evaluate(() => (globalThis as unknown as Global).page.fragments());
    const before = await fragments();
    await ada.evaluate(() => globalThis.dispatchEvent(new Event('online')));
    await expect.poll(fragments).not.toEqual(before);
    await everybodyGets(pages);
    expect(await ada.evaluate(() => (globalThis as unknown as Global).page.made())).toBe(1);
  });
});
