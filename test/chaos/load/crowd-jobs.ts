/** To a crowd's process. */
export type CrowdOrder =
  | {
      readonly order: 'join';
      readonly base: string;
      readonly code: string;
      readonly people: number;
    }
  /** The first members say one text each, whether they are connected or not. */
  | { readonly order: 'say'; readonly texts: readonly string[] }
  /** All connections break at once. */
  | { readonly order: 'cut' }
  /** From now on attempts and returns are noted, anew; `marker`: the text that shows that all before it was heard. */
  | { readonly order: 'watch'; readonly marker: string }
  | { readonly order: 'report' };

/** What one member went through since `watch`. Times are ms since 1970. */
export interface MemberRecord {
  /** Texts in the order in which their events were told, and in which the view holds them. */
  readonly told: readonly string[];
  readonly shown: readonly string[];
  /** Snapshots that took the place of a replay. */
  readonly resyncs: number;
  /** ms that it chose to wait before its first attempt. */
  readonly firstWait: number | null;
  /** When the connection stood again for the first time, and when the marker was heard; null: not yet. */
  readonly backAt: number | null;
  readonly markedAt: number | null;
}

export interface Attempt {
  readonly at: number;
  readonly worked: boolean;
}

export type CrowdReport =
  | { readonly tell: 'joined' }
  | {
      readonly tell: 'report';
      readonly members: readonly MemberRecord[];
      readonly attempts: readonly Attempt[];
      /** Messages said here that have no receipt yet, and those that were refused. */
      readonly unsettled: number;
      readonly refused: readonly string[];
      /** Seconds of processor time since `watch`. */
      readonly processor: number;
    }
  /** How many are back, and have heard the marker. */
  | { readonly tell: 'back'; readonly count: number }
  | { readonly tell: 'failed'; readonly message: string };
