import fc from 'fast-check';
import { SERVER_FRAMES } from '../../../src/protocol/index.ts';
import { faults, odd } from './faults.ts';
import { encodeJson } from './json-text.ts';
import { mutate, Random } from './mutator.ts';
import { type Known, validEvents, validOf } from './values.ts';

interface Position {
  readonly seq: number;
  readonly private: number;
}
/** Makes the text of a frame for a client that stands there. */
export type ServerText = (at: Position) => string;

/** The frame as the next that such a client is to be told; frames without a range stay as they are. */
function next(frame: Readonly<Record<string, unknown>>, at: Position): object {
  const { t } = frame;
  if ((t !== 'events' && t !== 'private') || !Array.isArray(frame.events)) return frame;
  const prev = t === 'events' ? at.seq : at.private;
  const events: object[] = frame.events.map((event: object, index) => ({ ...event, seq: prev + index + 1 }));
  return { ...frame, prev, last: prev + events.length, events };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a server may say, and what it never says: whole, with one thing wrong, or with bytes changed. */
export function serverTexts(known: Known): fc.Arbitrary<ServerText> {
  const told = fc.array(validEvents(known), { minLength: 1, maxLength: 3 });
  const numbered = fc
    .tuple(fc.constantFrom('events', 'events', 'private', 'live'), told)
    .map(([t, events]) => ({ t, prev: 0, last: 0, events }));
  const other = fc
    .oneof(...Object.values(SERVER_FRAMES).map((schema) => validOf(schema, known)))
    // A member token that is none would keep the client out for ever, and nothing it could do about it.
    .map((whole) => Object.fromEntries(Object.entries(whole as object).filter(([name]) => name !== 'token')));
  const frame = fc.oneof({ weight: 3, arbitrary: numbered }, { weight: 1, arbitrary: other }) as fc.Arbitrary<
    Readonly<Record<string, unknown>>
  >;
  return fc.oneof(
    {
      weight: 3,
      arbitrary: frame.map(
        (one): ServerText =>
          (at) =>
            encodeJson(next(one, at)),
      ),
    },
    {
      weight: 5,
      arbitrary: fc.tuple(frame, faults).map(
        ([one, spoil]): ServerText =>
          (at) =>
            spoil(next(one, at)),
      ),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(frame, frame, fc.nat()).map(
        ([one, two, seed]): ServerText =>
          (at) => {
            const [whole, part] = [one, two].map((each) => encoder.encode(encodeJson(next(each, at))));
            return decoder.decode(
              mutate(new Random(seed), whole ?? new Uint8Array(), part ?? new Uint8Array()),
            );
          },
      ),
    },
    {
      weight: 1,
      arbitrary: odd.map(
        (value): ServerText =>
          () =>
            encodeJson(value),
      ),
    },
  );
}
