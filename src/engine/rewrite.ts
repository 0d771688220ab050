import type { Segment } from './store.ts';

type Parts = Pick<Segment, 'public' | 'private'>;

const at = (event: string): number => (JSON.parse(event) as { readonly seq: number }).seq;

/** Objects that stand side by side, joined by commas, each to the letter. */
function split(joined: string): string[] {
  const texts: string[] = [];
  let depth = 0;
  let from = 0;
  let inString = false;
  for (let index = 0; index < joined.length; index += 1) {
    const char = joined[index];
    if (inString) {
      if (char === '\\') index += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{') depth += 1;
    else if (char === '}') {
      depth -= 1;
      if (depth > 0) continue;
      texts.push(joined.slice(from, index + 1));
      // Behind the comma.
      from = index + 2;
    }
  }
  return texts;
}

/** A segment with another text in the place of the event at a position; everything else stays to the letter. */
export function rewriteSegment(segment: Parts, position: number, text: string): Parts {
  const replaced = (event: string) => (at(event) === position ? text : event);
  const own =
    segment.private === null ? null : (JSON.parse(segment.private) as [Record<string, number>, string][]);
  return {
    public: split(segment.public).map(replaced).join(','),
    // Numbers by member id, made by JSON.stringify: it makes the same text of them again.
    private: own === null ? null : JSON.stringify(own.map(([to, event]) => [to, replaced(event)])),
  };
}

/** UTF-16 units that an event takes at most, where it is stored inside other JSON. */
export const storedSize = (event: object): number => JSON.stringify(JSON.stringify(event)).length;
