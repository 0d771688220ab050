/** Resets that a command may cause before it is refused. */
const STRIKES = 3;
/** Commands remembered, of all objects of the process; the oldest go first. Some 100 bytes each. */
const REMEMBERED = 10_000;

/** Kept by the process and not on disk: the disk may be what fails, and a reset leaves the process alive. */
const strikes = new Map<string, number>();

function strike(command: string): void {
  const before = strikes.get(command) ?? 0;
  strikes.delete(command);
  strikes.set(command, before + 1);
  if (strikes.size <= REMEMBERED) return;
  for (const oldest of strikes.keys()) {
    strikes.delete(oldest);
    return;
  }
}

/**
 * The numbered commands of an object, from being taken to being on disk. Clients send again what has no receipt, so one
 * that no commit can hold, or that breaks the object each time, would reset its room for ever: it is refused in the end.
 */
export class Attempts {
  readonly #epoch: string;
  #waiting: string[] = [];
  #underWay: string[] = [];

  constructor(epoch: string) {
    this.#epoch = epoch;
  }

  /** Notes that a command is taken. False: it has done enough harm. */
  take(member: string, n: number): boolean {
    const command = `${this.#epoch} ${member} ${n}`;
    if ((strikes.get(command) ?? 0) >= STRIKES) return false;
    this.#waiting.push(command);
    return true;
  }
  /** The newest one left half a change behind. */
  broke(): void {
    const newest = this.#waiting.at(-1);
    if (newest !== undefined) strike(newest);
  }
  /** All that were taken so far are being committed. */
  commit(): void {
    this.#underWay = this.#waiting;
    this.#waiting = [];
  }
  committed(): void {
    this.#underWay = [];
  }
  /** The commit failed, and nobody can tell for which of them. */
  failed(): void {
    for (const command of this.#underWay) strike(command);
  }
}
