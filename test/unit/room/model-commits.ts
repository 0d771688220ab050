import { expect } from 'vitest';
import type * as views from '../../../src/client/view.ts';
import type { Batch } from '../../../src/engine/journal.ts';
import type { Sessions } from '../../../src/engine/session.ts';
import type { State } from '../../../src/engine/state.ts';
import { memberTable } from '../../../src/room-object/tables.ts';
import { FOR_THE_LOBBY } from './model-client.ts';

/** Who waits is told nothing of the meeting, now or in a replay. */
export function checkLobby(batch: Batch, state: State, sessions: Sessions): void {
  const waiting = new Set(Array.from(state.table(memberTable).among('waiting'), ({ id }) => id));
  const inRoom = new Set(sessions.all().flatMap(({ member, scope }) => (scope === 'all' ? [member] : [])));
  const told = [
    ...batch.segments.flatMap(({ privateEvents }) =>
      privateEvents.flatMap(({ to, text }) => Array.from(to.keys(), (id) => ({ id, text }))),
    ),
    ...batch.live.flatMap(({ to, text }) => (to ?? []).map((id) => ({ id, text }))),
  ];
  for (const { id, text } of told) {
    const { t } = JSON.parse(text) as { readonly t: string };
    if (waiting.has(id) && !inRoom.has(id)) expect(FOR_THE_LOBBY, `told to ${id} in the lobby`).toContain(t);
  }
}

/** Nobody comes in twice at a time. */
export function checkJoins(batch: Batch): void {
  const events = batch.segments.flatMap(({ public: text }) => JSON.parse(`[${text}]`) as views.Envelope[]);
  const joined = events.flatMap((event) =>
    event.t === 'member.joined' && 'member' in event ? [(event.member as { readonly id: string }).id] : [],
  );
  expect(joined, 'who came in').toEqual(Array.from(new Set(joined)));
}
