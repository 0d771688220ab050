import type { Context } from 'hono';
import type { ObjectStore, PartStore } from '../platform/object-store.ts';
import { R2Store } from '../platform/r2-store.ts';
import { fail, type Outcome, succeed } from '../protocol/index.ts';
import type { AppTypes } from './services.ts';

/** Where the bytes of files are kept; `files_off` where there is no such place. */
export const fileStoreOf = (c: Context<AppTypes>): Outcome<ObjectStore & PartStore> =>
  c.env.PICTURES === undefined ? fail('files_off') : succeed(new R2Store(c.env.PICTURES));
