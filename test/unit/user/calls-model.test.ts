// Calls in any order of whatever people do and links suffer, held against what must always be so.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placedTable, ringingTable } from '../../../src/user-object/call-rows.ts';
import { accountId, type Inbox, type Told, World } from './harness.ts';

const NAMES = ['ada', 'ben', 'eve'] as const;
type Name = (typeof NAMES)[number];
const name = fc.constantFrom<Name>(...NAMES);
/** Which of the calls made so far, counted from the newest. */
const which = fc.nat({ max: 3 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('call' as const), from: name, to: name }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const), who: name, which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('decline' as const), who: name, which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), who: name, which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('block' as const), who: name, other: name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unblock' as const), who: name, other: name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), who: name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reach' as const), who: name }) },
  { weight: 4, arbitrary: fc.constant({ do: 'carry' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.nat({ max: 50 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A call as those who made the test know it. */
interface Known {
  readonly id: string;
  readonly from: Name;
  readonly to: Name;
}

class Model {
  readonly world = new World(NAMES);
  readonly calls: Known[] = [];
  readonly told = new Map<Name, Told[]>(NAMES.map((one) => [one, []]));
  /** Whether anything could go wrong on the way. */
  hadTrouble = false;

  constructor() {
    this.world.befriend(...NAMES);
  }

  take(step: Step): void {
    const { world } = this;
    switch (step.do) {
      case 'call':
        if (step.from !== step.to) this.#call(step.from, step.to);
        break;
      case 'answer':
      case 'decline':
      case 'cancel': {
        const call = this.calls.at(-1 - step.which)?.id;
        const t = `call.${step.do}` as const;
        if (call !== undefined) world.of(step.who).command(step.who, { t, call });
        break;
      }
      case 'block':
      case 'unblock':
        this.hadTrouble = true;
        world.of(step.who).command(step.who, { t: `person.${step.do}`, account: accountId(step.other) });
        break;
      case 'cut':
        this.hadTrouble = true;
        world.cut(step.who);
        break;
      case 'reach':
        world.reach(step.who);
        break;
      case 'carry':
        world.carry();
        break;
      case 'pass':
        world.pass(step.seconds);
        break;
    }
    for (const one of NAMES) this.told.get(one)?.push(...world.of(one).take().told);
  }

  #call(from: Name, to: Name): void {
    const invitation = { to: accountId(to), code: 'abc-defg-hij', name: 'Physics', ring: true };
    const done = this.world.of(from).command(from, { t: 'meeting.invite', ...invitation });
    if (!done.ok) return;
    const [placed] = done.value.events.map((text) => JSON.parse(text) as Told);
    this.calls.push({ id: String(placed?.call), from, to });
  }

  of(who: Name, t: string, call: string): Told[] {
    return (this.told.get(who) ?? []).filter((event) => event.t === t && event.call === call);
  }

  /** Nobody has ended a call but those whose it is, each side once, and the two sides fit. */
  check(): void {
    for (const { id, from, to } of this.calls) {
      const others = NAMES.filter((one) => one !== from && one !== to);
      for (const other of others) expect(this.of(other, 'call.over', id)).toEqual([]);
      const settled = this.of(from, 'call.settled', id);
      const over = this.of(to, 'call.over', id);
      expect(settled).toHaveLength(1);
      expect(over.length).toBeLessThanOrEqual(1);
      expect(this.of(to, 'call.ringing', id).length).toBeLessThanOrEqual(1);
      const how = settled[0]?.how;
      const reason = over[0]?.reason;
      // What the caller believes of an answer is what was done.
      if (how === 'answered' || how === 'declined') expect(reason).toBe(how);
      if (!this.hadTrouble) {
        expect(over).toHaveLength(1);
        if (how === 'missed') expect(reason).toBe('missed');
        if (reason === 'cancelled' || reason === 'missed') expect(how).toBe(reason);
      }
    }
    for (const one of NAMES) this.#isClean(this.world.of(one));
  }

  #isClean(inbox: Inbox): void {
    const left = [ringingTable, placedTable].map(
      ({ name: table }) => inbox.state.table({ name: table }).size,
    );
    const timers = Object.keys(inbox.deadlines()).filter((id) => id.startsWith('call '));
    expect([left, timers]).toEqual([[0, 0], []]);
  }
}

test('every call is settled once, the same on both sides, whatever happens', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const model = new Model();
      for (const one of steps) model.take(one);
      for (const who of NAMES) model.take({ do: 'reach', who });
      model.take({ do: 'carry' });
      model.take({ do: 'pass', seconds: 120 });
      model.check();
    }),
    { numRuns: 1_000 },
  );
});
