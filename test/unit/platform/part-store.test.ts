import { MemoryPartStore } from '../../support/memory-part-store.ts';
import { describePartStore } from '../../support/part-store-contract.ts';

describePartStore('the memory store of the tests', () => new MemoryPartStore());
