import type { Envelope } from './vocabulary.ts';

/** What a view says of where it stands in its log. */
export interface Position {
  readonly epoch: string;
  /** Position among the events for everybody. */
  readonly seq: number;
  /** Position among the events for you alone. */
  readonly private: number;
}

/** Which of the two positions a frame counts. */
export type Counter = 'seq' | 'private';
export interface NumberedFrame {
  readonly prev: number;
  readonly last: number;
  readonly events: readonly Envelope[];
}
