/** Resets that a command may have had a part in before it is refused. */
const STRIKES = 3;
/** Its share in them, summed up: a whole reset where it was alone, a fifth where there were five. */
const BLAME = 1;
/** Commands remembered, of all objects of the process; the oldest go first. Some 100 bytes each. */
const REMEMBERED = 10_000;

interface Trouble {
  readonly strikes: number;
  readonly blame: number;
}

/** Kept by the process and not on disk: the disk may be what fails, and a reset leaves the process alive. */
const troubles = new Map<string, Trouble>();

function strike(command: string, share: number): void {
  const { strikes, blame } = troubles.get(command) ?? { strikes: 0, blame: 0 };
  troubles.delete(command);
  troubles.set(command, { strikes: strikes + 1, blame: blame + share });
  if (troubles.size <= REMEMBERED) return;
  for (const oldest of troubles.keys()) {
    troubles.delete(oldest);
    return;
  }
}

/**
 * The numbered commands of an object, from being taken to being on disk. Clients send again what has no receipt, so one
 * that no commit can hold, or that breaks the object each time, would reset its room for ever: it is refused in the end.
 * Nobody can tell which command of a group it was. But those that only had the bad luck to be in its company come back
 * at other moments, are stored, and are out of it; it alone is there each time.
 */
export class Attempts {
  readonly #epoch: string;
  #waiting: string[] = [];
  #underWay: string[] = [];

  constructor(epoch: string) {
    this.#epoch = epoch;
  }

  /** Whether a command may be tried; false: it has done enough harm. */
  may(member: string, n: number): boolean {
    const trouble = troubles.get(this.#name(member, n));
    return trouble === undefined || trouble.strikes < STRIKES || trouble.blame < BLAME;
  }
  /** A command was taken, and waits for its commit. */
  taken(member: string, n: number): void {
    this.#waiting.push(this.#name(member, n));
  }
  /** A command left half a change behind. */
  broke(member: string, n: number): void {
    strike(this.#name(member, n), 1);
  }
  /** All that were taken so far are being committed. */
  commit(): void {
    this.#underWay = this.#waiting;
    this.#waiting = [];
  }
  committed(): void {
    this.#underWay = [];
  }
  /** The commit failed. */
  failed(): void {
    for (const command of this.#underWay) strike(command, 1 / this.#underWay.length);
  }

  #name(member: string, n: number): string {
    return `${this.#epoch} ${member} ${n}`;
  }
}
