import { expect } from 'vitest';
import { placedTable, ringing } from '../../../src/user-object/call-rows.ts';
import { conversationTable } from '../../../src/user-object/direct-rows.ts';
import { accountId, deviceId } from '../../unit/user/harness.ts';
import { comparable, Talkers } from '../../unit/user/model-world.ts';
import { type Known, NOBODY } from './values.ts';

/** Somebody with contacts, one of them, somebody who asks, somebody blocked, and a stranger. */
export const TALKERS = ['ada', 'ben', 'cleo', 'dan', 'eve'] as const;
/** Calls are drawn anew each time; for these the one that rings, and the one that was placed, are put in. */
const RINGING = `c_${'r'.repeat(22)}`;
const PLACED = `c_${'p'.repeat(22)}`;
const ROOM = 'abc-defg-hjk';

const body = { kind: 'text', text: 'hello' } as const;

/** What stands between Ada and each of the others, as far as it has gone meanwhile. */
export function acquaint(world: Talkers): void {
  const ada = world.of('ada');
  world.introduce(...TALKERS);
  for (const name of TALKERS) if (world.of(name).device(name)?.online !== true) world.of(name).connect(name);
  for (const other of ['ben', 'cleo']) {
    for (const [who, whom] of [
      ['ada', other],
      [other, 'ada'],
    ] as const)
      world.of(who).command(who, { t: 'person.unblock', account: accountId(whom) });
    ada.command('ada', { t: 'contact.ask', account: accountId(other) });
    world.carry();
    world.of(other).command(other, { t: 'contact.accept', account: ada.id });
    world.carry();
  }
  ada.command('ada', { t: 'person.unblock', account: accountId('dan') });
  world.of('dan').command('dan', { t: 'contact.ask', account: ada.id });
  world.of('ben').command('ben', { t: 'direct.send', to: ada.id, body });
  ada.command('ada', { t: 'direct.send', to: accountId('ben'), body });
  ada.command('ada', { t: 'person.block', account: accountId('eve') });
  const ring = { code: ROOM, name: 'Room', ring: true } as const;
  world.of('ben').command('ben', { t: 'meeting.invite', to: ada.id, ...ring });
  ada.command('ada', { t: 'meeting.invite', to: accountId('cleo'), ...ring });
  world.carry();
}

export function peopledInboxes(): Talkers {
  const world = new Talkers(TALKERS);
  acquaint(world);
  world.commit(world.blocks());
  return world;
}

/** What commands may speak of. */
export const INBOX_KNOWN: Known = {
  ...NOBODY,
  people: [
    ...TALKERS.map(accountId),
    ...TALKERS.map(accountId),
    accountId('nobody'),
    RINGING,
    PLACED,
    RINGING,
    PLACED,
    ...TALKERS.map(deviceId),
    ROOM,
    ...NOBODY.people,
  ],
  positions: [0, 1, 1, 1, 2, 2, 3, ...Array.from({ length: 30 }, (_, index) => index)],
};

/** The frame with the calls of this moment in it. */
export function withCalls(world: Talkers, name: string, text: string): string {
  const { state } = world.of(name);
  const [placed] = state.table(placedTable).keys();
  const rings = ringing(state)[0]?.call;
  return text.replaceAll(RINGING, rings ?? RINGING).replaceAll(PLACED, placed ?? PLACED);
}

/** All that somebody's object keeps, to the last byte. */
export function keptBy(world: Talkers, name: string): string {
  const { state, disk } = world.of(name);
  return JSON.stringify([
    world.of(name).everything(),
    Array.from(state.allLatest()),
    disk.segments,
    Array.from(disk.marks),
  ]);
}

/** Whoever has followed everything sees what a device sees that has just come. */
export function checkFollowed(world: Talkers): void {
  for (const name of TALKERS) {
    const view = world.view(name);
    expect(comparable(view), `what ${name} has followed`).toEqual(comparable(world.fresh(name, view.seq)));
    const rows = Array.from(world.of(name).state.table(conversationTable).values());
    for (const { read, got, received } of rows) expect(read <= got && got <= received).toBe(true);
  }
}
