import type { RoomEnv } from '../../../src/room-object/room-env.ts';
import { RoomObject as Room } from '../../../src/room-object/room-object.ts';
import type { UserEnv } from '../../../src/user-object/host.ts';
import { UserObject as User } from '../../../src/user-object/user-object.ts';
import { createApp } from '../../../src/worker/app.ts';
import type { Env } from '../../../src/worker/env.ts';
import { databaseOf, type Way } from './database.ts';

export { DatabaseObject } from './database.ts';

type Databases = { getByName(name: string): ReturnType<Way> };
type Given = { readonly DATABASE: Databases };

/** The database that the product asks for, on an object of this very process. */
const withDatabase = <E extends object>(env: E & Given): E => {
  const accounts = databaseOf(() => env.DATABASE.getByName('accounts')) as unknown as D1Database;
  return { ...env, ACCOUNTS: accounts };
};

/** The product's objects, which find a database where the platform would bind one. */
export class RoomObject extends Room {
  constructor(ctx: DurableObjectState, env: RoomEnv & Given) {
    super(ctx, withDatabase(env));
  }
}
export class UserObject extends User {
  constructor(ctx: DurableObjectState, env: UserEnv & Given) {
    super(ctx, withDatabase(env));
  }
}

const app = createApp();
let complete: Env | null = null;

export default {
  fetch(request: Request, env: Env & Given, context: ExecutionContext): Response | Promise<Response> {
    // Services are made once for an environment, and known by it.
    complete ??= withDatabase<Env>(env);
    return app.fetch(request, complete, context);
  },
};
