// Runs inside workerd, around a server that is measured: counts what the platform would bill for it. The counts are
// kept beside the objects, so that reading them wakes nobody and sleep does not lose them.

/** What was counted since the process began. */
export type Counts = {
  /** Requests that came to the Worker, those for the counts left out. */
  workerRequests: number;
  /** Calls from the Worker to objects: HTTP, upgrades and RPC. Each is a request to an object. */
  calls: number;
  /** WebSocket messages that came to objects. Pings that the platform answers never get there. */
  messages: number;
  /** Alarms that fired. */
  alarms: number;
  /** Milliseconds from the firing of alarms until they were done. */
  alarmMs: number;
  /** Times that an object was made, at first or out of its sleep. */
  wakes: number;
  /** Rows written, by table, as the cursors of the database tell them: index entries and deletes count, too. */
  rows: Record<string, number>;
  /** Alarms that were set or deleted: a row each. */
  alarmRows: number;
};

type Cursor = { readonly rowsWritten: number };
type Sql = { exec(statement: string, ...values: unknown[]): Cursor };
type Storage = {
  readonly sql: Sql;
  setAlarm(...args: unknown[]): Promise<void>;
  deleteAlarm(...args: unknown[]): Promise<void>;
  put(...args: unknown[]): Promise<void>;
};
type State = { readonly storage: Storage };
type Room = { webSocketMessage?(...args: unknown[]): unknown; alarm?(...args: unknown[]): unknown };
type RoomClass = new (state: State, env: unknown) => Room;
type Namespace = Record<'get' | 'getByName', (...args: unknown[]) => object>;
type Env = { readonly ROOMS: Namespace };
type Worker = { fetch(request: Request, env: Env, context: unknown): Promise<Response> | Response };

const counts: Counts = {
  workerRequests: 0,
  calls: 0,
  messages: 0,
  alarms: 0,
  alarmMs: 0,
  wakes: 0,
  rows: {},
  alarmRows: 0,
};

/** Where the counts are to be had. */
export const COUNTS_PATH = '/bench/counts';

const WRITES = /^\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM)\s+(\w+)/i;

function addRows(table: string, rows: number): void {
  if (rows > 0) counts.rows[table] = (counts.rows[table] ?? 0) + rows;
}

let isCounting = false;

/** All objects share these prototypes, so it is enough to do it once. */
function countStorage(storage: Storage): void {
  if (isCounting) return;
  isCounting = true;
  const sql: Sql = Object.getPrototypeOf(storage.sql);
  const own: Storage = Object.getPrototypeOf(storage);
  const { exec } = sql;
  const { setAlarm, deleteAlarm, put } = own;
  sql.exec = function (this: Sql, statement, ...values) {
    const cursor = exec.call(this, statement, ...values);
    addRows(WRITES.exec(statement)?.[1] ?? 'schema', cursor.rowsWritten);
    return cursor;
  };
  own.setAlarm = function (this: Storage, ...args) {
    counts.alarmRows += 1;
    return setAlarm.apply(this, args);
  };
  own.deleteAlarm = function (this: Storage, ...args) {
    counts.alarmRows += 1;
    return deleteAlarm.apply(this, args);
  };
  own.put = function (this: Storage, ...args) {
    addRows('keys', typeof args[0] === 'object' && args[0] !== null ? Object.keys(args[0]).length : 1);
    return put.apply(this, args);
  };
}

/** The class of an object, counted. */
export function countRoom(Base: RoomClass): RoomClass {
  return class extends Base {
    constructor(state: State, env: unknown) {
      countStorage(state.storage);
      counts.wakes += 1;
      super(state, env);
    }
    override webSocketMessage(...args: unknown[]): unknown {
      counts.messages += 1;
      return super.webSocketMessage?.(...args);
    }
    override async alarm(...args: unknown[]): Promise<void> {
      counts.alarms += 1;
      // The clock stands still while code runs, but not while it waits for the disk.
      const start = Date.now();
      await super.alarm?.(...args);
      counts.alarmMs += Date.now() - start;
    }
  };
}

/** The Worker in front, counted. */
export function countWorker(worker: Worker): Worker {
  return {
    async fetch(request, env, context) {
      if (new URL(request.url).pathname === COUNTS_PATH) return Response.json(counts);
      counts.workerRequests += 1;
      return await worker.fetch(request, { ...env, ROOMS: countCalls(env.ROOMS) }, context);
    },
  };
}

const countCalls = (rooms: Namespace): Namespace =>
  new Proxy(rooms, {
    get(target, name) {
      if (name === 'get' || name === 'getByName')
        return (...args: unknown[]) => countStub(target[name](...args));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

const countStub = (stub: object): object =>
  new Proxy(stub, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        counts.calls += 1;
        return Reflect.apply(value, target, args);
      };
    },
  });
