const PlatformDate = Date;
/** How far ahead of the platform's clock ours is from a moment of the platform's on. ms. */
const moves: { readonly from: number; readonly ahead: number }[] = [{ from: 0, ahead: 0 }];
let ahead = 0;

/** Moves the clock that all code of this process reads; timers run on. ms. */
export function moveClock(by: number): void {
  ahead += by;
  moves.push({ from: PlatformDate.now(), ahead });
}

/** The platform's time of a moment of the moved clock. ms. */
export const toPlatform = (moved: number): number => moved - ahead;
export const fromPlatform = (time: number): number => time + ahead;
/** What the moved clock showed at a past moment of the platform's. */
export const shownAt = (time: number): number =>
  time + (moves.findLast(({ from }) => from <= time)?.ahead ?? 0);

class MovedDate extends PlatformDate {
  constructor(...args: readonly unknown[]) {
    if (args.length === 0) super(PlatformDate.now() + ahead);
    else super(...(args as [number]));
  }
  static override now(): number {
    return PlatformDate.now() + ahead;
  }
}
globalThis.Date = MovedDate as DateConstructor;
