import { describe, expect, test, vi } from 'vitest';
import { keepAwake } from '../../../web/src/room/call/awake.ts';
import { watchSeen } from '../../../web/src/room/call/watch-seen.ts';

/** A page that can be put out of sight. */
class FakePage extends EventTarget {
  hidden = false;
  get visibilityState() {
    return this.hidden ? ('hidden' as const) : ('visible' as const);
  }
  hide(isHidden: boolean): void {
    this.hidden = isHidden;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}
const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

describe('a page out of sight', () => {
  test('asks for no pictures, and for the same as before when it is seen again', () => {
    const page = new FakePage();
    const watchOnly = vi.fn();
    const stop = watchSeen({ watchOnly }, ['ada'], page as never);
    expect(watchOnly).toHaveBeenLastCalledWith(['ada']);
    page.hide(true);
    expect(watchOnly).toHaveBeenLastCalledWith([]);
    page.hide(false);
    expect(watchOnly).toHaveBeenLastCalledWith(['ada']);
    stop();
    page.hide(true);
    expect(watchOnly).toHaveBeenCalledTimes(3);
  });

  test('asks for all of them where they are recorded', () => {
    const page = new FakePage();
    const watchOnly = vi.fn();
    watchSeen({ watchOnly }, null, page as never);
    page.hide(true);
    expect(watchOnly).toHaveBeenLastCalledWith(null);
  });
});

describe('a screen', () => {
  function lock() {
    const held = new Set<object>();
    const request = vi.fn(async () => {
      const sentinel = { release: async () => void held.delete(sentinel) };
      held.add(sentinel);
      return sentinel as unknown as WakeLockSentinel;
    });
    return { held, request };
  }

  test('stays on until the call is over, and anew each time that the page is seen again', async () => {
    const page = new FakePage();
    const { held, request } = lock();
    const stop = keepAwake(page as never, { request });
    await settle();
    expect(held.size).toBe(1);
    page.hide(true);
    // The browser has taken it.
    held.clear();
    page.hide(false);
    await settle();
    expect(held.size).toBe(1);
    stop();
    await settle();
    expect(held.size).toBe(0);
    page.hide(false);
    await settle();
    expect([held.size, request.mock.calls.length]).toEqual([0, 2]);
  });

  test('that is kept on too late goes off again, and one that can not be kept on is no fault', async () => {
    const page = new FakePage();
    const { held, request } = lock();
    keepAwake(page as never, { request })();
    await settle();
    expect(held.size).toBe(0);
    request.mockRejectedValueOnce(new DOMException('low battery', 'NotAllowedError'));
    keepAwake(page as never, { request })();
    keepAwake(page as never, undefined)();
    await settle();
    expect(held.size).toBe(0);
  });
});
