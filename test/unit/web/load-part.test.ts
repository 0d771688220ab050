import { afterEach, expect, test, vi } from 'vitest';
import { ParleyError } from '../../../src/client/index.ts';
import { codeOf } from '../../../web/src/app/errors.ts';
import { chooseLanguage } from '../../../web/src/app/i18n.ts';
import { loadPart, Part } from '../../../web/src/app/load-part.ts';

afterEach(() => void vi.unstubAllGlobals());

test('a part of the page that is there is what it is', async () => {
  expect(await loadPart(async () => 'part')).toBe('part');
});

test('a part that can not be had is told of as a request that does not get through: those are tried again', async () => {
  const gone = loadPart(() => Promise.reject(new TypeError('Failed to fetch dynamically imported module')));
  await expect(gone.catch(codeOf)).resolves.toBe('network');
});

test('a part that says itself what is wrong is heard', async () => {
  const refused = loadPart(() => Promise.reject(new ParleyError('login_required')));
  await expect(refused).rejects.toMatchObject({ code: 'login_required' });
});

test('a part is fetched once for all who want it, and stays', async () => {
  const fetched = vi.fn(async () => 'dialog');
  const part = new Part(fetched);
  expect(part.state).toEqual({ loaded: null, fault: null, isComing: false });
  void part.load();
  void part.load();
  expect(part.state.isComing).toBe(true);
  await vi.waitFor(() => expect(part.state).toEqual({ loaded: 'dialog', fault: null, isComing: false }));
  void part.load();
  expect(fetched).toHaveBeenCalledTimes(1);
  expect(part.state).toBe(part.state);
});

test('a part that did not come says why until it is there, and can be wanted again however often', async () => {
  const answers = [new TypeError('gone'), new TypeError('gone'), null];
  const part = new Part(async () => {
    const fault = answers.shift();
    if (fault !== null) throw fault;
    return 'dialog';
  });
  const told: boolean[] = [];
  const stop = part.subscribe(() => told.push(part.state.isComing));
  for (let attempt = 0; attempt < 2; attempt += 1) {
    void part.load();
    await vi.waitFor(() => expect(part.state.isComing).toBe(false));
    expect(part.state).toMatchObject({ loaded: null, fault: { error: { code: 'network' } } });
  }
  void part.load();
  // What went wrong is not taken off before it is mended.
  expect(part.state).toMatchObject({ isComing: true, fault: { error: { code: 'network' } } });
  await vi.waitFor(() => expect(part.state).toEqual({ loaded: 'dialog', fault: null, isComing: false }));
  expect(told).toEqual([true, false, true, false, true, false]);
  stop();
});

test('the page is loaded anew for a part that is not there any more, and never where there would be no page', async () => {
  const reload = vi.fn();
  const fetched = vi.fn<typeof fetch>();
  vi.stubGlobal('location', { reload });
  vi.stubGlobal('fetch', fetched);
  const gone = new Part(() => Promise.reject(new TypeError('gone')));
  fetched.mockRejectedValueOnce(new TypeError('Failed to fetch'));
  await gone.loadOrReload();
  fetched.mockResolvedValueOnce(new Response(null, { status: 503 }));
  await gone.loadOrReload();
  expect(reload).not.toHaveBeenCalled();
  fetched.mockResolvedValueOnce(new Response(null));
  await gone.loadOrReload();
  expect(reload).toHaveBeenCalledTimes(1);
  expect(fetched).toHaveBeenLastCalledWith('/', {
    method: 'HEAD',
    cache: 'no-store',
  });
  // One that comes needs no other page; one that is there and fails does.
  const part = new Part(async () => 'dialog');
  await part.loadOrReload();
  expect(reload).toHaveBeenCalledTimes(1);
  fetched.mockResolvedValueOnce(new Response(null));
  await part.loadOrReload();
  expect(reload).toHaveBeenCalledTimes(2);
});

test('a language whose texts can not be had is told of in the same way', async () => {
  vi.doMock('../../../web/src/app/locales/zh-Hans.json', () => {
    throw new TypeError('Failed to fetch dynamically imported module');
  });
  await expect(chooseLanguage('zh-Hans').catch(codeOf)).resolves.toBe('network');
  vi.doUnmock('../../../web/src/app/locales/zh-Hans.json');
});
