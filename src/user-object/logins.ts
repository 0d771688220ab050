import type { Engine } from '../engine/engine.ts';
import type { Directory } from '../platform/directory.ts';
import { within } from '../platform/patience.ts';
import { signOut } from './features/devices.ts';
import type { Host } from './host.ts';
import { deviceTable, theSelf } from './tables.ts';

/** ms between two looks at the same logins, at least. */
const PAUSE = 240_000;
/** ms for which the database may keep an alarm waiting. */
const PATIENCE = 5_000;

/** What is needed of an object to look after its logins. */
export interface LoginsHost extends Pick<Host, 'clock' | 'log'> {
  readonly engine: Pick<Engine, 'state' | 'performAsSystem' | 'settled'>;
  readonly directory: Pick<Directory, 'endedLogins'> | null;
}

/**
 * Looks now and then whether the logins still stand by which the connected devices came. The Worker tells of each that it
 * ends; but it may die before it does, and a login may just expire.
 */
export class Logins {
  readonly #host: LoginsHost;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(host: LoginsHost) {
    this.#host = host;
  }

  /** Signs out the devices of those that are over. Call it as often as the object wakes for its sockets: most calls do nothing. */
  async look(): Promise<void> {
    const { engine, directory, clock, log } = this.#host;
    const now = clock.now();
    if (directory === null || now - this.#lookedAt < PAUSE) return;
    const logins = this.#connected();
    if (logins.length === 0) return;
    this.#lookedAt = now;
    try {
      const over = await within(directory.endedLogins(theSelf(engine.state).id, logins, now), PATIENCE);
      if (over.length === 0) return;
      engine.performAsSystem(signOut, { logins: over });
      await engine.settled();
    } catch (error) {
      this.#lookedAt = Number.NEGATIVE_INFINITY;
      log('warn', 'logins.not_looked_up', { error });
    }
  }

  #connected(): string[] {
    const online = this.#host.engine.state.table(deviceTable).among('online');
    const logins = Array.from(online, ({ login }) => login ?? null);
    return Array.from(new Set(logins.filter((login) => login !== null)));
  }
}
