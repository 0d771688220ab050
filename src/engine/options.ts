import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { CloseName } from '../protocol/close-codes.ts';
import type { Gate, MayHear } from './dispatcher.ts';
import type { Feature, LogView, Prepare } from './feature.ts';
import type { Journal, Retention } from './journal.ts';
import type { Meter } from './meter.ts';
import type { Executor, OutboxLimits } from './outbox.ts';
import type { Budget } from './send-budget.ts';
import type { Session } from './session.ts';
import type { State } from './state.ts';
import type { Store } from './store.ts';
import type { WelcomeOptions } from './welcome.ts';

/** What an object gives its engine. */
export interface EngineOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly features: readonly Feature[];
  readonly gate: Gate;
  readonly prepare?: Prepare;
  readonly mayHear?: MayHear;
  readonly executors: Readonly<Record<string, Executor>>;
  /** Absent: what the outbox takes for itself. */
  readonly effects?: OutboxLimits;
  readonly retention: Retention;
  readonly budget: Budget;
  /** UTF-16 units that may wait for a commit; beyond it commands get `busy`. */
  readonly pendingLimit: number;
  /** ms; while anybody is present the object is woken this often to look for the dead. */
  readonly sweepEvery: () => number;
  /** Whether somebody is present who could die unnoticed. */
  readonly needsSweep: (state: State) => boolean;
  /** Looks for the dead; called by the alarm. */
  readonly sweep: () => void;
  readonly isHistory: (t: string) => boolean;
  readonly history: (store: Store, state: State, journal: Journal) => LogView;
  readonly snapshot: WelcomeOptions['snapshot'];
  readonly welcome: WelcomeOptions['welcome'];
  /** A latest-only value of a member changed; the shell keeps it with the socket. */
  readonly latestChanged: (member: string) => void;
  /** A session was closed because it was too slow, or (`restart`) could not be caught up. */
  readonly dropped: (session: Session, as: CloseName) => void;
  /** A session became live or lagging; the shell keeps that with the socket. */
  readonly moved: (session: Session) => void;
  /** A group of changes was told: a moment to look at how things stand. */
  readonly told: () => void;
  /** Resets the object: memory can't be trusted any more. */
  readonly abort: (reason: unknown) => void;
}
