/* What is needed to record. Nobody loads it who does not. */
export { archive } from './archive.ts';
export { Take, typeHere } from './take.ts';
