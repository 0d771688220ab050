/* What is needed to record. Nobody loads it who does not. */
export { Take, typeHere } from './take.ts';
export { Tape } from './tape.ts';
