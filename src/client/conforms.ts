import * as v from 'valibot';
import type { Is } from './shape.ts';

/** Tells whether a value is all that a schema of the protocol says. For what a page that only meets does not load. */
export const conforms =
  <S extends v.GenericSchema>(schema: S): Is<v.InferOutput<S>> =>
  (value): value is v.InferOutput<S> =>
    v.is(schema, value);
