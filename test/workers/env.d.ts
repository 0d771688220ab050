/** What cloudflare:workers holds in these tests, as wrangler.toml binds it. */
declare namespace Cloudflare {
  interface Env {
    readonly ACCOUNTS: D1Database;
    /** What is in migrations/. */
    readonly MIGRATIONS: import('cloudflare:test').D1Migration[];
    readonly PICTURES: R2Bucket;
    readonly USERS: DurableObjectNamespace<import('../../src/user-object/user-object.ts').UserObject>;
    readonly ROOMS: DurableObjectNamespace<import('../../src/room-object/room-object.ts').RoomObject>;
  }
  interface GlobalProps {
    mainModule: typeof import('../../src/worker/index.ts');
  }
}
