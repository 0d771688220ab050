import { root } from '../../../scripts/support.ts';
import { isFull } from './scale.ts';

const folder = `${root}.wrangler/chaos/`;

/** The product as one file. */
export const productWorker = `${folder}product.js`;
/** The product with the means to break it from outside. */
export const faultyWorker = `${folder}faulty.js`;
/** What the tests measured in their long form, a file each. */
export const fullResultsFolder = `${folder}results/`;
/** What the tests of this run measure. */
export const resultsFolder = isFull ? fullResultsFolder : `${folder}short-results/`;
