import { expect, test } from 'vitest';
import { ParleyError } from '../../../src/client/index.ts';
import { codeOf } from '../../../web/src/app/errors.ts';
import { loadPart } from '../../../web/src/app/load-part.ts';

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
