import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { R2Store } from '../../src/platform/r2-store.ts';
import { describeObjectStore } from '../support/object-store-contract.ts';
import { describePartStore } from '../support/part-store-contract.ts';
import { pngOfBytes } from '../support/pictures.ts';

describeObjectStore('R2', () => new R2Store(env.PICTURES));

describePartStore('R2', () => new R2Store(env.PICTURES));

test('R2 is asked once for a part of an object whose size is known: a film is read in hundreds of them', async () => {
  const bytes = pngOfBytes(1_000);
  await env.PICTURES.put('rooms/a/film', bytes);
  const asked: string[] = [];
  const bucket = {
    head(key: string) {
      asked.push('head');
      return env.PICTURES.head(key);
    },
    get(key: string, options: R2GetOptions) {
      asked.push('get');
      return env.PICTURES.get(key, options);
    },
  } as unknown as R2Bucket;
  const part = await new R2Store(bucket).get('rooms/a/film', new Headers({ range: 'bytes=10-19' }), 1_000);
  expect(asked).toEqual(['get']);
  expect(part).toMatchObject({ size: 1_000, range: { offset: 10, length: 10 } });
  await part?.body?.cancel();
  await env.PICTURES.delete('rooms/a/film');
});
