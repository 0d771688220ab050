import type { KnownAccount } from '../../platform/room-rpc.ts';
import type {
  Account,
  AccountChange,
  LogInRequest,
  LogInResponse,
  LoginsResponse,
  Outcome,
  PasswordChange,
  RegisterRequest,
} from '../../protocol/index.ts';

/** Whoever a token of ours belongs to, and the login that it is of. */
export interface LoggedIn {
  readonly account: Account;
  /** Id of the login. */
  readonly login: string;
}

/** A new login, and the ids of those of the account that ended with it: they had expired, or were too many. */
export interface NewlyLoggedIn {
  readonly answer: LogInResponse;
  readonly ended: readonly string[];
}

/** Where a login comes from: what the client says that it is, and the address that counts. */
export interface Device {
  readonly userAgent: string;
  readonly address: string;
}

/**
 * People who exist before and after meetings. Passwords go in and never come out. Errors are values: `login_required` from
 * any of them that is given an account which was deleted meanwhile, `rate_limited` where too many passwords were tried.
 */
export interface Accounts {
  /** `password_weak` with the reason as detail, or `user_name_taken`. */
  register(request: RegisterRequest, device: Device): Promise<Outcome<LogInResponse>>;
  /** `login_wrong` for an unknown name as for a wrong password, after the same time. */
  logIn(request: LogInRequest, device: Device): Promise<Outcome<NewlyLoggedIn>>;
  /** Whose token (`acc_…`) this is; null: nobody's, or no longer. */
  verify(token: string): Promise<LoggedIn | null>;
  change(account: string, change: AccountChange): Promise<Outcome<Account>>;
  /** Path of the new picture, or null for none; answers the path of the one before. */
  setAvatar(
    account: string,
    avatar: string | null,
  ): Promise<Outcome<{ readonly before: string | null; readonly account: Account }>>;
  /** `password_wrong` or `password_weak`, else ends all logins but `login`. */
  changePassword(account: string, login: string, change: PasswordChange): Promise<Outcome<null>>;
  logins(account: string, login: string): Promise<LoginsResponse['logins']>;
  /** Ends one login of the account (`login_unknown` where it has none such); null: all but `current`. */
  endLogin(account: string, login: string | null, current: string): Promise<Outcome<null>>;
  /**
   * Deletes the account with its logins and all that is kept of it here, or `password_wrong`. Answers its picture's path.
   * `login`: the one that asks.
   */
  delete(
    account: string,
    login: string,
    password: string,
  ): Promise<Outcome<{ readonly avatar: string | null }>>;
}

/** Vouches for people who have their accounts elsewhere. */
export interface IdentityProvider {
  /** Whether this looks like one of its tokens; says nothing of whether it is good. */
  isOurs(token: string): boolean;
  /** The person, '' for a name that it does not say; null: not signed by it, not for us, or expired. */
  verify(token: string, now: number): Promise<KnownAccount | null>;
}
