import { expect } from 'vitest';
import type { CommandInput } from '../../../src/protocol/index.ts';
import { ringingTable } from '../../../src/user-object/call-rows.ts';
import { accountId, type Inbox, type Told, World } from './harness.ts';

export const CODE = 'abc-defg-hij';
export const SECRET = 's'.repeat(22);

export let world: World;
export let ada: Inbox;
export let ben: Inbox;

/** Ada, Ben and Eve, who know each other, under these variables of the deployer; Ben has his phone with him. */
export function newWorld(vars: ConstructorParameters<typeof World>[1] = {}): void {
  world = new World(['ada', 'ben', 'eve'], vars);
  world.befriend('ada', 'ben', 'eve');
  ada = world.of('ada');
  ben = world.of('ben');
  ben.connect('phone');
  ben.take();
}

/** The newest count of a durable command. */
export let number = 0;
export function nextNumber(): number {
  number += 1;
  return number;
}

/** Ada calls; answers the call's id. */
export function call(to = 'ben', more: Partial<CommandInput<'meeting.invite'>> = {}, from = ada): string {
  const invitation = { to: accountId(to), code: CODE, name: 'Physics', invite: SECRET, ring: true, ...more };
  const done = from.command(from.name, { t: 'meeting.invite', n: nextNumber(), ...invitation });
  expect(done).toMatchObject({ ok: true });
  const placed = done.ok ? done.value.events.map((text) => JSON.parse(text) as Told) : [];
  return String(placed.find(({ t }) => t === 'call.placed')?.call);
}

export const answer = (id: string, device = 'ben') => ben.command(device, { t: 'call.answer', call: id });
export const decline = (id: string, device = 'ben') => ben.command(device, { t: 'call.decline', call: id });
export const calls = (of: Inbox) => of.snapshot().calls as { ringing: Told[]; placed: Told[] } | undefined;
export const timers = (of: Inbox) => Object.keys(of.deadlines()).filter((id) => id.startsWith('call '));
export const rows = (of: Inbox) => Array.from(of.state.table(ringingTable).values());
export const callsTold = (of: Inbox) => of.take().told.filter(({ t }) => t.startsWith('call.'));
