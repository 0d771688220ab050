// Whatever a view is told again, or later than others, it ends as if it had been there.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as views from '../../../src/client/view.ts';
import { ADA, BEN, imageId, makeMember, ROOM, ready, resumed } from './fake-server.ts';

const start = (): views.View => {
  const view = views.fromSnapshot(ready());
  if (view === null) throw new Error('no snapshot');
  return view;
};
const shared = (image: string) => ({
  t: 'image.shared',
  by: BEN.id,
  image,
  type: 'image/png',
  size: 1,
  width: 1,
  height: 1,
  caption: '',
});

interface Told {
  readonly isPrivate: boolean;
  readonly event: views.Envelope;
}
interface Commit {
  readonly events: readonly Told[];
}

const PEOPLE = ['Ben', 'Cleo', 'Dan'].map((name) => makeMember(name));
const person = fc.constantFrom(...PEOPLE);
const image = fc.constantFrom('a', 'b', 'c').map(imageId);
const step = fc.oneof(
  person.map((member) => ({ t: 'join', member })),
  person.map((member) => ({ t: 'leave', member })),
  person.map((member) => ({ t: 'member.away', member: member.id })),
  person.map((member) => ({ t: 'member.returned', member: member.id })),
  fc.record({ t: fc.constant('member.renamed'), member: person.map(({ id }) => id), name: fc.string() }),
  fc.record({
    t: fc.constant('rights.changed'),
    member: fc.constantFrom(ADA.id, BEN.id),
    rights: fc.constantFrom({}, { chat: 'denied' }),
  }),
  fc.record({
    t: fc.constant('policy.changed'),
    policy: fc.boolean().map((chat) => ({ ...ROOM.policy, chat })),
  }),
  fc.record({
    t: fc.constant('chat.sent'),
    body: fc.record({ kind: fc.constant('text'), text: fc.string() }),
  }),
  fc.record({ t: fc.constant('direct'), body: fc.record({ kind: fc.constant('text'), text: fc.string() }) }),
  image.map(shared),
  fc.record({
    t: fc.constantFrom('hand.raised', 'hand.lowered', 'hand.called', 'spotlight.changed'),
    member: person.map(({ id }) => id),
  }),
  fc.constant({ t: 'hand.allLowered' }),
  fc.record({
    t: fc.constant('media.requested'),
    member: person.map(({ id }) => id),
    media: fc.constantFrom('camera', 'microphone'),
  }),
  fc.record({
    t: fc.constantFrom('media.answered', 'media.lapsed'),
    request: fc.integer({ min: 11, max: 40 }),
  }),
  image.map((id) => ({ t: 'image.removed', image: id })),
  fc.constant({ t: 'cake.baked' }),
);

/** A run of the room: steps that make sense where they stand, numbered and grouped into commits. */
function run(groups: readonly (readonly { t: string; member?: unknown }[])[]): Commit[] {
  const present = new Set([BEN.id]);
  let seq = 10;
  return groups.map((steps) => {
    const told: Told[] = [];
    for (const { t, ...fields } of steps) {
      const member = Object(fields.member);
      if (t === 'join' && present.has(member.id)) continue;
      if (t === 'leave' && !present.has(member.id)) continue;
      seq += 1;
      const envelope = { at: seq, seq, by: BEN.id };
      if (t === 'join') {
        present.add(member.id);
        told.push({ isPrivate: false, event: { ...envelope, t: 'member.joined', ...fields } });
      } else if (t === 'leave') {
        present.delete(member.id);
        told.push({
          isPrivate: false,
          event: { ...envelope, t: 'member.left', ...{ member: member.id, reason: 'left' } },
        });
      } else if (['media.requested', 'media.answered', 'media.lapsed'].includes(t))
        told.push({ isPrivate: true, event: { ...envelope, t, ...fields } });
      else if (t === 'direct')
        told.push({ isPrivate: true, event: { ...envelope, t: 'chat.sent', ...fields, ...{ to: ADA.id } } });
      else told.push({ isPrivate: false, event: { ...envelope, t, ...fields } });
    }
    return { events: told };
  });
}

/** Tells commits as frames of at most `size` events: the private ones of each group of commits come first. */
function tell(view: views.View, commits: readonly Commit[]): views.View {
  const told = commits.flatMap((commit) => commit.events);
  let now = view;
  for (const counter of ['private', 'seq'] as const) {
    const list = told
      .filter(({ isPrivate }) => isPrivate === (counter === 'private'))
      .map(({ event }) => event);
    if (list.length === 0) continue;
    const prev = now[counter];
    const last = counter === 'private' ? prev + list.length : Math.max(...list.map(({ seq }) => seq ?? 0));
    const next = views.applyNumbered(now, counter, { prev, last, events: list });
    if (next === null) throw new Error('gap');
    now = next;
  }
  return now;
}

test('replay gives the same view as having been there, wherever the cut was', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(step, { maxLength: 5 }), { maxLength: 20 }),
      fc.array(fc.nat({ max: 20 }), { maxLength: 3 }),
      (groups, cuts) => {
        const commits = run(groups);
        const live = commits.reduce((view, commit) => tell(view, [commit]), start());
        const bounds = [
          0,
          ...cuts.filter((cut) => cut <= commits.length).sort((a, b) => a - b),
          commits.length,
        ];
        let replayed = start();
        for (const [index, from] of bounds.slice(0, -1).entries()) {
          replayed = views.resumed(tell(replayed, commits.slice(from, bounds[index + 1])), resumed(0, 0));
        }
        expect(replayed).toEqual(live);
        expect(live.count).toBe(live.members.size);
        expect(live.messages.map(({ seq }) => seq)).toEqual(
          live.messages.map(({ seq }) => seq).sort((a, b) => a - b),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('frames told twice change nothing, frames told too early are never applied', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 10 }),
      (groups) => {
        const commits = run(groups).map(({ events }) => ({
          events: events.filter(({ isPrivate }) => !isPrivate),
        }));
        let view = start();
        for (const { events } of commits) {
          const last = events.at(-1)?.event.seq;
          if (last === undefined) continue;
          const frame = { prev: view.seq, last, events: events.map(({ event }) => event) };
          expect(
            views.applyNumbered(view, 'seq', { ...frame, prev: frame.prev + 1, last: last + 1 }),
          ).toBeNull();
          const next = views.applyNumbered(view, 'seq', frame);
          if (next === null) throw new Error('gap');
          expect(views.applyNumbered(next, 'seq', frame)).toBe(next);
          view = next;
        }
      },
    ),
  );
});
