import { root } from '../../../scripts/support.ts';

const folder = `${root}.wrangler/chaos/`;

/** The product as one file. */
export const productWorker = `${folder}product.js`;
/** The product with the means to break it from outside. */
export const faultyWorker = `${folder}faulty.js`;
/** What the tests of a run measured, a file each. */
export const resultsFolder = `${folder}results/`;
