import * as v from 'valibot';
import { DeviceIdSchema } from '../protocol/person.ts';
import type { AccountStorage } from './accounts.ts';

/** In a browser a page says when it goes. */
const isPage = (): boolean => 'onpagehide' in globalThis;

/**
 * Which of an account's devices this is, kept where the page may find it again. While a page is open, the name is out of
 * the storage: a tab that is duplicated takes a copy of it along, and two tabs must be two devices.
 */
export class DeviceName {
  readonly #storage: AccountStorage | undefined;
  readonly #key: string;
  #id: string | undefined;

  /** `server`: its address; devices of two servers can lie side by side. */
  constructor(server: string, storage: AccountStorage | undefined, id: string | undefined) {
    this.#storage = storage;
    this.#key = `parley.device ${server}`;
    this.#id = id ?? this.#kept();
    if (storage === undefined || !isPage()) return;
    this.#takeOut();
    globalThis.addEventListener('pagehide', this.#putBack);
    globalThis.addEventListener('pageshow', this.#takeOut);
  }

  get id(): string | undefined {
    return this.#id;
  }

  /** Takes the one that the server says; it differs where ours is forgotten there, or belongs to somebody else. */
  keep(id: string): void {
    this.#id = id;
    if (!isPage()) this.#putBack();
  }

  /** It is in use no longer: whoever comes next on this page may have it. */
  end(): void {
    if (this.#storage === undefined || !isPage()) return;
    globalThis.removeEventListener('pagehide', this.#putBack);
    globalThis.removeEventListener('pageshow', this.#takeOut);
    this.#putBack();
  }

  readonly #putBack = (): void => {
    try {
      if (this.#id !== undefined) this.#storage?.setItem(this.#key, this.#id);
    } catch {
      // A storage that is full or forbidden: a page that is loaded anew is a new device, and that is all.
    }
  };

  readonly #takeOut = (): void => {
    try {
      this.#storage?.removeItem(this.#key);
    } catch {
      // As above.
    }
  };

  #kept(): string | undefined {
    try {
      const kept = v.safeParse(DeviceIdSchema, this.#storage?.getItem(this.#key));
      return kept.success ? kept.output : undefined;
    } catch {
      return undefined;
    }
  }
}
