import type { ChildProcess } from 'node:child_process';
import { endChild, nextFrom, startChild } from './children.ts';
import type { CrowdOrder, CrowdReport } from './crowd-jobs.ts';

type Told = CrowdReport & { readonly tell: 'report' };

/** A crowd in several processes, as one. */
export class Crowd {
  readonly people: number;
  readonly #children: readonly ChildProcess[];
  readonly #back = new Map<ChildProcess, number>();

  private constructor(people: number, children: readonly ChildProcess[]) {
    this.people = people;
    this.#children = children;
    for (const child of children) {
      child.on('message', (report: CrowdReport) => {
        if (report.tell === 'back') this.#back.set(child, report.count);
      });
    }
  }

  /** Resolves when all are in. `people` is a multiple of `processes`. */
  static async join(
    place: { readonly base: string; readonly code: string },
    people: number,
    processes: number,
  ): Promise<Crowd> {
    const children = Array.from({ length: processes }, () => startChild('crowd.ts'));
    const crowd = new Crowd(people, children);
    const joined = children.map((child) =>
      nextFrom(child, (report: CrowdReport) => (report.tell === 'joined' ? true : undefined)),
    );
    crowd.order({ order: 'join', ...place, people: people / processes });
    await Promise.all(joined);
    return crowd;
  }

  order(order: CrowdOrder): void {
    if (order.order === 'watch') this.#back.clear();
    for (const child of this.#children) child.send(order);
  }

  /** How many are back and have heard the marker. */
  get back(): number {
    return Array.from(this.#back.values()).reduce((sum, count) => sum + count, 0);
  }

  async report(): Promise<Omit<Told, 'tell'>> {
    const reports = this.#children.map((child) =>
      nextFrom(child, (report: CrowdReport) => (report.tell === 'report' ? report : undefined)),
    );
    this.order({ order: 'report' });
    const told = await Promise.all(reports);
    return {
      members: told.flatMap(({ members }) => members),
      attempts: told.flatMap(({ attempts }) => attempts),
      unsettled: told.reduce((sum, { unsettled }) => sum + unsettled, 0),
      refused: told.flatMap(({ refused }) => refused),
      processor: told.reduce((sum, { processor }) => sum + processor, 0),
    };
  }

  async end(): Promise<void> {
    await Promise.all(this.#children.map(endChild));
  }
}
