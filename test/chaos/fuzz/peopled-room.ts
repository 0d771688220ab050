import { deadlineTable, effectTable } from '../../../src/engine/deadlines.ts';
import { asMember } from '../../../src/engine/feature.ts';
import type { ImageAsked } from '../../../src/platform/room-rpc.ts';
import type { CommandType } from '../../../src/protocol/index.ts';
import { askImage, shareImage } from '../../../src/room-object/features/images.ts';
import { reopen } from '../../../src/room-object/features/lifecycle.ts';
import { features } from '../../../src/room-object/registry.ts';
import { HOST_KEY, idOf } from '../../unit/room/harness.ts';
import { World } from '../../unit/room/model-world.ts';
import { type Known, NOBODY } from './values.ts';

/** Host, co-host, member, viewer, somebody in the lobby, somebody who never came. */
export const PEOPLE = ['ada', 'cleo', 'ben', 'vic', 'lou', 'ned'] as const;
const PICTURES = ['sea', 'sky'].map((name) => `i_${name.padEnd(22, '_')}`);

function share(world: World, name: string, image: string): void {
  const actor = asMember(idOf(name));
  const limits = { imageBytes: 100, roomBytes: 1_000 };
  const asked = world.perform(askImage, { image, key: image, size: 3, caption: '', limits }, actor);
  if (!asked.ok || (asked.value.result as ImageAsked).state !== 'pending') return;
  const meta = { type: 'image/png' as const, size: 3, width: 1, height: 1, hash: image };
  world.perform(shareImage, { image, meta }, actor);
}

/** Brings back whoever is gone and opens again what was closed, so that the next commands meet a meeting. */
export function people(world: World): void {
  world.perform(reopen, {});
  for (const [t, fields] of [
    ['room.update', { capacity: 100 }],
    ['door.set', { entry: 'everybody', locked: false, waitForHost: false }],
    ['passcode.set', { passcode: null }],
    ['schedule.set', { opensAt: null, expiresAt: null, maxMinutes: null }],
  ] satisfies [CommandType, object][])
    world.command(null, t, fields);
  for (const name of PEOPLE.slice(0, 5)) {
    if (name === 'lou' && !world.client(name).isInRoom) world.command(null, 'door.set', { entry: 'nobody' });
    if (world.client(name).session !== null) continue;
    world.command(null, 'ban.lift', { member: idOf(name) });
    world.admit(name, name === 'ada' ? { hostKeyHash: HOST_KEY } : {});
    world.open(name, false);
  }
  world.command(null, 'role.set', { member: idOf('cleo'), role: 'cohost' });
  world.command(null, 'role.set', { member: idOf('vic'), role: 'viewer' });
}

/** A meeting with people of every role, messages, a poll, pictures, an invitation, breakout rooms and a film that plays. */
export function peopledRoom(): World {
  const world = new World(PEOPLE, 100);
  people(world);
  for (const text of ['hello', 'a question', 'an answer'])
    world.command('ben', 'chat.send', { body: { kind: 'text', text } });
  world.command('ada', 'chat.send', { body: { kind: 'text', text: 'for you' }, to: idOf('ben') });
  world.command('ada', 'poll.open', { question: 'now?', options: ['yes', 'no'] });
  world.command('ada', 'poll.open', { question: 'hidden?', options: ['yes', 'no'], results: 'hidden' });
  for (const picture of PICTURES) share(world, 'ben', picture);
  for (const role of ['member', 'cohost'] as const) world.command('ada', 'invite.create', { role });
  world.command('ben', 'hand.raise', {});
  world.command('ada', 'media.request', { member: idOf('ben'), media: 'camera' });
  const film = { kind: 'address', url: 'https://media.video.org/a.mp4', type: 'video/mp4' };
  for (const duration of [null, 90_000]) world.command('ada', 'watch.add', { source: film, duration });
  world.command('ada', 'watch.next', {});
  return world;
}

/** Numbers of the messages, polls, requests and films of such a room. */
function meant(): number[] {
  const world = peopledRoom();
  const views = Array.from(world.clients.values(), ({ view }) => view);
  const numbers = views.flatMap((view) => [
    ...(view?.messages ?? []).map(({ seq }) => seq),
    ...(view?.polls.all.keys() ?? []),
    ...(view?.requests ?? []).map(({ request }) => request),
    ...(view?.watch.items ?? []).map(({ id: item }) => item),
  ]);
  return Array.from(new Set(numbers));
}

/** What commands may speak of in such a room. */
export const KNOWN: Known = {
  members: PEOPLE.map(idOf),
  images: PICTURES,
  invites: [1, 2, 3].map((number) => `v_${String(number + 12).padStart(22, '0')}`),
  breakouts: ['1-1', '1-2', '2-1'],
  people: NOBODY.people,
  positions: [0, 1, ...meant(), ...meant(), ...meant(), ...Array.from({ length: 60 }, (_, index) => index)],
  now: 1_700_000_000_000,
};

const TABLES = [...features.flatMap(({ tables }) => tables), deadlineTable, effectTable].map(({ name }) => ({
  name,
}));

/** All that the room keeps, to the last byte: rows in their order, latest-only events, the log. */
export const contents = (world: World): string =>
  JSON.stringify([
    TABLES.map((table) => Array.from(world.state.table<object, never>(table).entries())),
    Array.from(world.state.allLatest()),
    world.disk.segments,
    Array.from(world.disk.marks),
    Array.from(world.clients.values(), ({ session, view }) => [
      session?.number,
      session?.phase.kind,
      view?.seq,
      view?.private,
    ]),
  ]);
