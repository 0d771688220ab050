// Random commands by random people, through the real features, the real log and the SDK's own view of it: whatever
// order things come in, the rules hold after each step. A run is repeated with the seed and the path that fast-check
// prints when one fails; MODEL_RUNS makes it longer, MODEL_SEED the same again.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isHostRole } from '../../../src/client/view-door.ts';
import { asMember } from '../../../src/engine/feature.ts';
import type { ImageAsked } from '../../../src/platform/room-rpc.ts';
import { commandSpec, type RoomCommandType, readCommand } from '../../../src/protocol/index.ts';
import {
  BREAKOUT_EFFECTS,
  type BreakoutCall,
  type BreakoutCreate,
} from '../../../src/room-object/breakout-effects.ts';
import {
  breakoutAdmitted,
  breakoutCreated,
  breakoutFailed,
} from '../../../src/room-object/features/breakouts.ts';
import { askImage, shareImage } from '../../../src/room-object/features/images.ts';
import { reopen } from '../../../src/room-object/features/lifecycle.ts';
import { storedPasscode } from '../../../src/room-object/passcode-rows.ts';
import { HOST_KEY } from './harness.ts';
import { ALL_COMMANDS, before, check, mayGive } from './model-checks.ts';
import { Dice, FIELDS } from './model-commands.ts';
import { World } from './model-world.ts';

/** `dan-1` and `dan-2` are devices of one account, the first names those of guests. */
const PEOPLE = ['ada', 'ben', 'cleo', 'dan-1', 'dan-2', 'eve-1', 'eve-2', 'eve-3'];
const CAPACITY = 5;
/** What a direct call takes here. */
const CAMERAS = 2;
const IN_CALL = 3;
/** Steps of a third of one run, at most. */
const STEPS = 50;
const RUNS = Number(process.env.MODEL_RUNS ?? 60);
const SEED = process.env.MODEL_SEED;

const who = fc.constantFrom(...PEOPLE);
const numbers = fc.array(fc.nat(9_999), { minLength: 8, maxLength: 8 });
/** What comes often: without it the others would mostly be refused. It ends, so that is seldom. */
const OFTEN = ALL_COMMANDS.filter((t) => t !== 'room.end');
const type = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(...OFTEN) },
  {
    weight: 20,
    arbitrary: fc.constantFrom<RoomCommandType[]>(
      'door.set',
      'lobby.admit',
      'lobby.send',
      'role.set',
      'media.set',
      'media.request',
      'media.answer',
      'chat.send',
      'poll.open',
      'poll.vote',
      'hand.raise',
      'breakout.open',
      'breakout.assign',
      'call.enter',
      'call.enter',
      'signal.send',
      'recording.start',
    ),
  },
  { weight: 1, arbitrary: fc.constant<RoomCommandType>('room.end') },
);

const command = fc.record({ do: fc.constant('command' as const), by: who, t: type, numbers });
const byApt = fc.record({ do: fc.constant('apt' as const), t: type, numbers });
const byKey = fc.record({ do: fc.constant('key' as const), t: type, numbers });
const come = fc.record({ do: fc.constant('come' as const), who, numbers, open: fc.boolean() });
const socket = fc.record({
  do: fc.constantFrom('open' as const, 'drop' as const),
  who,
  resume: fc.boolean(),
});
const pass = fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(1, 5, 20, 50, 61, 130) });
const picture = fc.record({ do: fc.constant('picture' as const), who, numbers });
const breakout = fc.record({ do: fc.constant('breakout' as const), works: fc.boolean() });
const again = fc.record({ do: fc.constant('reopen' as const) });

const step = fc.oneof(
  { weight: 20, arbitrary: command },
  { weight: 40, arbitrary: byApt },
  { weight: 3, arbitrary: byKey },
  { weight: 20, arbitrary: come },
  { weight: 12, arbitrary: socket },
  { weight: 6, arbitrary: pass },
  { weight: 3, arbitrary: picture },
  { weight: 4, arbitrary: breakout },
  { weight: 4, arbitrary: again },
);
/** Three lists in a row: of one alone most would be short, and of one that must be long nothing could be taken away. */
const owner = fc.constantFrom(null, null, 'dan', 'eve');
const part = fc.array(step, { maxLength: STEPS, size: 'max' });
/** Without an SFU a call that is full takes nobody more; with one it goes over to it. */
const sfu = fc.constantFrom('', 'app');
const run = fc.record({ steps: fc.tuple(part, part, part).map((parts) => parts.flat()), owner, sfu });
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Gives a command, and sees that nobody who may not was obeyed. */
function give(world: World, by: string | null, t: RoomCommandType, dice: Dice): void {
  const fields = FIELDS[t](dice, world);
  const decoded = readCommand({ ...fields, t, n: 1 });
  const may = decoded.ok && mayGive(world, by, t, decoded.command.fields);
  const done = world.command(by, t, fields);
  if (!may) expect(done.ok, `${t} by ${by ?? 'the host key'}`).toBe(false);
}

/** Somebody whose command has a chance: by random people alone little would happen. */
function isApt(world: World, name: string, t: RoomCommandType): boolean {
  const { isInRoom, view, id } = world.client(name);
  if (!isInRoom || view === null) return false;
  if (t === 'media.answer') return view.requests.some(({ member }) => member === id);
  return commandSpec(t).authority === null || isHostRole(view.self.role);
}

function enter(world: World, name: string, dice: Dice, opens: boolean): void {
  const invite = world.invites[dice.below(Math.max(1, world.invites.length))];
  world.admit(name, {
    ...(dice.seldom() ? { hostKeyHash: dice.flag() ? HOST_KEY : 'w'.repeat(43) } : {}),
    ...(dice.flag() && invite !== undefined ? { inviteHash: invite.hash } : {}),
    ...(dice.flag() ? { proven: storedPasscode(world.state) ?? 'none' } : {}),
  });
  if (opens) world.open(name, dice.flag());
}

function share(world: World, name: string, dice: Dice): void {
  const actor = asMember(world.client(name).id);
  const id = `i_${world.draw().padStart(22, '0')}`;
  const size = 1 + dice.below(3);
  const caption = dice.pick(['', 'a board']);
  const limits = { imageBytes: 100, roomBytes: 1_000 };
  const asked = world.perform(askImage, { image: id, key: id, size, caption, limits }, actor);
  if (!asked.ok || (asked.value.result as ImageAsked).state !== 'pending' || dice.seldom()) return;
  const meta = { type: 'image/png' as const, size, width: 1, height: 1, hash: `hash ${size}` };
  world.perform(shareImage, { image: id, meta }, actor);
}

/** One thing that a breakout room was to be told, as if it had answered. */
function answer(world: World, works: boolean): void {
  const effect = world.takeEffect([BREAKOUT_EFFECTS.create, BREAKOUT_EFFECTS.call]);
  if (effect?.kind === BREAKOUT_EFFECTS.create) {
    const { breakout: id } = effect.data as BreakoutCreate;
    if (works) world.perform(breakoutCreated, { breakout: id, code: 'xyz-abcd-efg' });
    else world.perform(breakoutFailed, { breakout: id });
  } else if (effect !== null) {
    const { breakout: id, code, call } = effect.data as BreakoutCall;
    if (call.kind !== 'admit' || !works) return;
    const way = { ticket: 'ticket', ticketExpiresAt: 1, token: 'token', tokenExpiresAt: 1 };
    const members = call.members.map((guest) => ({ member: guest.id, ...way }));
    world.perform(breakoutAdmitted, { breakout: id, code, members });
  }
}

function perform(world: World, one: Step): void {
  switch (one.do) {
    case 'command':
      give(world, one.by, one.t, new Dice(one.numbers));
      break;
    case 'apt': {
      const dice = new Dice(one.numbers);
      const able = PEOPLE.filter((name) => isApt(world, name, one.t));
      give(world, able[dice.below(Math.max(1, able.length))] ?? null, one.t, dice);
      break;
    }
    case 'key':
      give(world, null, one.t, new Dice(one.numbers));
      break;
    case 'come':
      enter(world, one.who, new Dice(one.numbers), one.open);
      break;
    case 'open':
      world.open(one.who, one.resume);
      break;
    case 'drop':
      world.drop(one.who);
      break;
    case 'pass':
      world.pass(one.seconds);
      break;
    case 'picture':
      share(world, one.who, new Dice(one.numbers));
      break;
    case 'breakout':
      answer(world, one.works);
      break;
    case 'reopen':
      world.perform(reopen, {});
  }
}

test('every command is among those that are given', () => {
  expect(Object.keys(FIELDS).sort()).toEqual([...ALL_COMMANDS].sort());
});

test('whatever people do, in whatever order, the rules of the room hold', () => {
  fc.assert(
    fc.property(run, ({ steps, owner: maker, sfu: app }) => {
      const world = new World(PEOPLE, CAPACITY, maker, {
        CALL_DIRECT_CAMERAS: String(CAMERAS),
        CALL_DIRECT_MEMBERS: String(IN_CALL),
        SFU_APP_ID: app,
        SFU_APP_SECRET: 'secret',
      });
      world.admit('ada', { hostKeyHash: HOST_KEY });
      world.open('ada', false);
      for (const name of ['ben', 'eve-1', 'eve-2']) {
        world.admit(name, {});
        world.open(name, false);
      }
      steps.forEach((one, index) => {
        const was = before(world);
        // What is told once and what is logged are put in order by their times.
        world.now += 1;
        perform(world, one);
        check(world, was, index);
      });
      check(world, before(world), null);
    }),
    { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
  );
}, 3_600_000);
