import { MemoryStore } from '../../support/memory-store.ts';
import { describeObjectStore } from '../../support/object-store-contract.ts';

describeObjectStore('the memory store of the tests', () => new MemoryStore());
