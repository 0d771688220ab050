import * as v from 'valibot';
import {
  type Account,
  AccountResponseSchema,
  AccountSchema,
  type AccountsOffer,
  AccountsOfferSchema,
  type LogInRequest,
  type LogInResponse,
  LogInResponseSchema,
  type LoginsResponse,
  LoginsResponseSchema,
  type RegisterRequest,
} from '../protocol/accounts.ts';
import { isLoginRequired, type LoggedIn, type LoginKeeper, withAccount } from './account-option.ts';
import { conforms } from './conforms.ts';
import { Emitter } from './emitter.ts';
import { type Call, Http, ParleyError, readJson, type ServerOptions } from './http.ts';
import { type ProgressOptions, sendFile, uploadTried } from './upload.ts';

/** The part of a browser's Storage that is used. */
export interface AccountStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface AccountsOptions extends ServerOptions {
  /**
   * Keeps who is logged in, such as `localStorage`: whoever comes back still is, and all tabs are as one. Left out: a
   * login is known for as long as this object is.
   */
  readonly storage?: AccountStorage;
}

const KeptSchema = v.pipe(v.string(), v.parseJson(), v.object({ account: AccountSchema, token: v.string() }));

/**
 * Who is logged in on one server, and all that they can do about it. Make one of it for a page and hand it to
 * `createRoom` and `joinRoom` as `account`. Everything that asks the server rejects with a ParleyError; with
 * `login_required`, when nobody is logged in, or no longer: the login has expired or was ended, and is forgotten here.
 */
export class Accounts implements LoginKeeper {
  readonly #http: Http;
  readonly #storage: AccountStorage | undefined;
  /** One for each server, so that those of two can lie side by side. */
  readonly #key: string;
  readonly #emitter = new Emitter();
  #current: LoggedIn | null = null;

  constructor({ server, fetch, storage }: AccountsOptions = {}) {
    this.#http = new Http(server, fetch);
    this.#storage = storage;
    this.#key = `parley.account ${this.#http.absolute('/')}`;
    this.#current = this.#kept();
    if (storage !== undefined) globalThis.addEventListener?.('storage', this.#otherTab);
  }

  /** Who is logged in: the same object until something changes. */
  get current(): LoggedIn | null {
    return this.#current;
  }

  /** Called after each change of `current`. Needs no `this`. Returns a function that ends it. */
  readonly subscribe = (listener: () => void): (() => void) => this.#emitter.on('change', listener);

  /** What this server offers to those with accounts. */
  offer(): Promise<AccountsOffer> {
    return this.#http.json({ method: 'GET', path: '/accounts' }, conforms(AccountsOfferSchema));
  }

  /** Makes an account and logs it in. Without a `name` they are called by the user name. */
  register(request: RegisterRequest): Promise<Account> {
    return this.#enter('/accounts', request);
  }

  /** Logs in. Whoever was logged in here before no longer is; their login is still good on the server. */
  logIn(request: LogInRequest): Promise<Account> {
    return this.#enter('/logins', request);
  }

  /**
   * Forgets the login here, whatever happens, and ends it on the server. Rejects where the server could not be told:
   * then the token, which nobody has any more, is good until it expires or all others are ended elsewhere.
   */
  async logOut(): Promise<void> {
    const token = this.#current?.token;
    if (token === undefined) return;
    this.#set(null);
    try {
      await this.#http.text({ method: 'DELETE', path: '/me/logins/current', bearer: token });
    } catch (error) {
      if (!isLoginRequired(error)) throw error;
    }
  }

  /** Asks for the account anew: another device may have changed it. */
  me(): Promise<Account> {
    return this.#change({ method: 'GET', path: '/me' });
  }

  /** Changes what they are called in rooms that they come into from now on. */
  rename(name: string): Promise<Account> {
    return this.#change({ method: 'PATCH', path: '/me', json: { name } });
  }

  /** Puts a picture in the place of the one before. Passing faults are tried again. */
  setAvatar(file: Blob | Uint8Array, options: ProgressOptions = {}): Promise<Account> {
    const send = (bearer: string): Promise<string> =>
      uploadTried(
        () => sendFile(this.#http, { method: 'PUT', path: '/me/avatar', bearer, file }, options),
        options.signal,
      );
    return this.#ask(async (token) => {
      const { account } = readJson(await send(token), conforms(AccountResponseSchema));
      return this.#take(token, account);
    });
  }

  removeAvatar(): Promise<Account> {
    return this.#change({ method: 'DELETE', path: '/me/avatar' });
  }

  /** Ends all other logins. */
  async changePassword(current: string, next: string): Promise<void> {
    await this.#tell({ method: 'POST', path: '/me/password', json: { current, next } });
  }

  /** Deletes the account with all that it owns on the server, and the login here. */
  async deleteAccount(password: string): Promise<void> {
    const token = this.#current?.token;
    await this.#tell({ method: 'DELETE', path: '/me', json: { password } });
    if (this.#current?.token === token) this.#set(null);
  }

  /** Where they are logged in, the newest first. */
  async logins(): Promise<LoginsResponse['logins']> {
    const ask = (bearer: string) =>
      this.#http.json({ method: 'GET', path: '/me/logins', bearer }, conforms(LoginsResponseSchema));
    return (await this.#ask(ask)).logins;
  }

  /** Ends one of `logins`. To end the one here, `logOut`. */
  async endLogin(id: string): Promise<void> {
    await this.#tell({ method: 'DELETE', path: `/me/logins/${encodeURIComponent(id)}` });
  }

  /** Ends all logins but the one here. */
  async endOtherLogins(): Promise<void> {
    await this.#tell({ method: 'DELETE', path: '/me/logins' });
  }

  /** Listens to other tabs no longer. The login stays. */
  close(): void {
    globalThis.removeEventListener?.('storage', this.#otherTab);
  }

  /**
   * The server has refused this token. Another tab may have logged in meanwhile without our having heard of it; then
   * that is who is logged in.
   * @internal
   */
  refused(token: string): void {
    if (this.#current?.token !== token) return;
    const kept = this.#kept();
    if (kept === null || kept.token === token) this.#set(null);
    else this.#become(kept);
  }

  async #enter(path: string, request: object): Promise<Account> {
    const { account, token }: LogInResponse = await this.#http.json(
      { path, json: request },
      conforms(LogInResponseSchema),
    );
    this.#set({ account, token });
    return account;
  }

  /** Runs a request in the name of whoever is logged in. */
  #ask<T>(ask: (token: string) => Promise<T>): Promise<T> {
    return withAccount(this, (token) => {
      if (token === undefined) throw new ParleyError('login_required');
      return ask(token);
    });
  }

  #tell(call: Call): Promise<string> {
    return this.#ask((bearer) => this.#http.text({ ...call, bearer }));
  }

  /** A request that answers what the account is like now. */
  #change(call: Call): Promise<Account> {
    return this.#ask(async (bearer) => {
      const { account } = await this.#http.json({ ...call, bearer }, conforms(AccountResponseSchema));
      return this.#take(bearer, account);
    });
  }

  /** Whoever has logged out meanwhile, or in as somebody else, has nothing to do with the answer. */
  #take(token: string, account: Account): Account {
    if (this.#current?.token === token) this.#set({ account, token });
    return account;
  }

  #set(next: LoggedIn | null): void {
    try {
      if (next === null) this.#storage?.removeItem(this.#key);
      else this.#storage?.setItem(this.#key, JSON.stringify(next));
    } catch {
      // A storage that is full or forbidden: they have to log in again next time, and that is all.
    }
    this.#become(next);
  }

  #become(next: LoggedIn | null): void {
    if (JSON.stringify(next) === JSON.stringify(this.#current)) return;
    this.#current = next;
    this.#emitter.emit('change');
  }

  /** Who is logged in by the storage. What is not to be read there is nobody. */
  #kept(): LoggedIn | null {
    try {
      const kept = v.safeParse(KeptSchema, this.#storage?.getItem(this.#key));
      return kept.success ? kept.output : null;
    } catch {
      return null;
    }
  }

  /** Another tab has logged in, out, or changed something. Its `key` is null where it has removed everything. */
  readonly #otherTab = ({ key }: { readonly key: string | null }): void => {
    if (key === null || key === this.#key) this.#become(this.#kept());
  };
}

/**
 * The complete address of a picture (`avatar` of an account or a member), for an <img>: it is there for anybody who has
 * it, and its bytes never change. `server` is an origin; in a browser it may be left out: where the page came from.
 */
export const avatarUrl = (avatar: string, server?: string): string =>
  new Http(server, undefined).absolute(avatar);
