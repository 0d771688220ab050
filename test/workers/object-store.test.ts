import { env } from 'cloudflare:workers';
import { R2Store } from '../../src/platform/r2-store.ts';
import { describeObjectStore } from '../support/object-store-contract.ts';

describeObjectStore('R2', () => new R2Store(env.PICTURES));
