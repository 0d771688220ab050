import type { DeadlineChange, EffectDraft } from './feature.ts';
import { defineTable, type State, type StateView } from './state.ts';

export interface DeadlineRow {
  readonly at: number;
  readonly command: string;
  readonly data: object;
}
export const deadlineTable = defineTable<DeadlineRow>('deadlines');

export interface EffectRow {
  readonly kind: string;
  readonly data: unknown;
  readonly attempts: number;
  /** It was put off when it was drafted, and may be drafted anew to be carried out at once. */
  readonly waits?: true;
  /** ms; not tried before. */
  readonly at: number;
}
export const effectTable = defineTable<EffectRow>('effects');

export function changeDeadlines(state: State, changes: readonly DeadlineChange[]): void {
  const table = state.table(deadlineTable);
  for (const { id, at, command, data } of changes) {
    if (at === null) table.delete(id);
    else table.set(id, { at, command, data });
  }
}

export function addEffects(state: State, effects: readonly EffectDraft[], now: number): void {
  const table = state.table(effectTable);
  for (const { id, kind, data, wait, follows } of effects) {
    const row: EffectRow = {
      kind,
      data,
      attempts: 0,
      at: now + (wait ?? 0),
      ...(wait === undefined ? {} : { waits: true }),
    };
    if (follows === true) table.restore(id, row);
    else table.set(id, row);
  }
}

/** Deadlines whose time has come, the earliest first. */
export function dueDeadlines(state: StateView, now: number): [string, Readonly<DeadlineRow>][] {
  return Array.from(state.table(deadlineTable).entries())
    .filter(([, row]) => row.at <= now)
    .sort(([, a], [, b]) => a.at - b.at);
}

/** Takes them one by one, as they still stand: what one of them puts off or calls off is not due any more. */
export function* takeDue(state: State, now: number): Generator<Readonly<DeadlineRow>> {
  const table = state.table(deadlineTable);
  for (const [id, row] of dueDeadlines(state, now)) {
    if (table.get(id) !== row) continue;
    table.delete(id);
    yield row;
  }
}

/** ms after which an effect that was started is taken for lost with the object that started it. */
const EFFECT_GRACE = 30_000;

/** When the alarm has something to do; Infinity: nothing. */
export function nextDue(state: StateView, now: number, isUnderWay: (effect: string) => boolean): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { at } of state.table(deadlineTable).values()) next = Math.min(next, at);
  for (const [id, { at, attempts }] of state.table(effectTable).entries()) {
    const isStarting = attempts === 0 && at + EFFECT_GRACE > now;
    next = Math.min(next, isUnderWay(id) || isStarting ? now + EFFECT_GRACE : at);
  }
  return next;
}

/** ms after its time at which an alarm that did not go off is taken for lost; set once more, it does no harm. */
const ALARM_LOST = 30_000;

/** When the platform wakes the object, as far as is known. */
export class Alarm {
  #at: number | null;

  constructor(at: number | null) {
    this.#at = at;
  }
  /** It went off. */
  passed(): void {
    this.#at = null;
  }
  /** Where it must be set, because something is due earlier than it stands, or it was lost; null: it stands well. */
  move(due: number, now: number): number | null {
    if (due === Number.POSITIVE_INFINITY) return null;
    const isLost = this.#at !== null && this.#at < now - ALARM_LOST;
    if (this.#at !== null && this.#at <= due && !isLost) return null;
    this.#at = Math.max(due, now);
    return this.#at;
  }
}
