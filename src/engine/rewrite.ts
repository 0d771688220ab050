import type { Segment } from './store.ts';

type Parts = Pick<Segment, 'public' | 'private'>;

const at = (event: string): number => (JSON.parse(event) as { readonly seq: number }).seq;

/** A segment with another text in the place of the event at a position; everything else stays to the letter. */
export function rewriteSegment(segment: Parts, position: number, text: string): Parts {
  const events = JSON.parse(`[${segment.public}]`) as { readonly seq: number }[];
  const own =
    segment.private === null ? null : (JSON.parse(segment.private) as [Record<string, number>, string][]);
  return {
    // Texts come from JSON.stringify, and what it made it makes again from what it was parsed to.
    public: events.map((event) => (event.seq === position ? text : JSON.stringify(event))).join(','),
    private:
      own === null
        ? null
        : JSON.stringify(own.map(([to, event]) => [to, at(event) === position ? text : event])),
  };
}
