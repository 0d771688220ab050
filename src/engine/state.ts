/** Names a table and the shape of its rows. Rows are JSON values and are replaced, never changed in place. */
export interface TableDef<Row extends object, Set extends string = never> {
  readonly name: string;
  /** Named sets of rows that are kept at hand: which rows belong. */
  readonly sets?: Readonly<Record<Set, (row: Readonly<Row>) => boolean>>;
  /** Carries the row's type; never set. */
  readonly row?: Row;
}

export const defineTable = <Row extends object, Set extends string = never>(
  name: string,
  sets?: Readonly<Record<Set, (row: Readonly<Row>) => boolean>>,
): TableDef<Row, Set> => (sets === undefined ? { name } : { name, sets });

export interface ReadonlyTable<Row extends object, Set extends string = never> {
  readonly size: number;
  /** Counted up with every change. */
  readonly version: number;
  /** The rows of a named set. */
  among(set: Set): Iterable<Readonly<Row>>;
  count(set: Set): number;
  get(key: string): Readonly<Row> | undefined;
  has(key: string): boolean;
  keys(): IterableIterator<string>;
  values(): IterableIterator<Readonly<Row>>;
  entries(): IterableIterator<[string, Readonly<Row>]>;
}

/** What a handler sees: everything, and no way to change it. */
export interface StateView {
  table<Row extends object, Set extends string>(def: TableDef<Row, Set>): ReadonlyTable<Row, Set>;
  /** The newest latest-only event of this type about this member, or undefined. */
  latest(t: string, member: string): LatestEvent | undefined;
}

export interface LatestEvent {
  readonly t: string;
  readonly member: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** As it was told, ready for a frame. */
  readonly text: string;
}

/** Rows in memory, in the order in which they came, with the keys that the next commit has to write. */
export class Table<Row extends object, Name extends string = never> implements ReadonlyTable<Row, Name> {
  readonly #rows = new Map<string, Readonly<Row>>();
  readonly #dirty = new Set<string>();
  readonly #sets = new Map<
    string,
    { readonly has: (row: Readonly<Row>) => boolean; readonly keys: Set<string> }
  >();
  #version = 0;

  /** Keeps named sets from now on. */
  keep(sets: TableDef<Row, Name>['sets']): void {
    if (sets === undefined || this.#sets.size > 0) return;
    for (const [name, has] of Object.entries<(row: Readonly<Row>) => boolean>(sets)) {
      const keys = new Set<string>();
      for (const [key, row] of this.#rows) if (has(row)) keys.add(key);
      this.#sets.set(name, { has, keys });
    }
  }

  get version(): number {
    return this.#version;
  }
  *among(set: Name): Iterable<Readonly<Row>> {
    for (const key of this.#sets.get(set)?.keys ?? []) {
      const row = this.#rows.get(key);
      if (row !== undefined) yield row;
    }
  }
  count(set: Name): number {
    return this.#sets.get(set)?.keys.size ?? 0;
  }

  get size(): number {
    return this.#rows.size;
  }
  get(key: string): Readonly<Row> | undefined {
    return this.#rows.get(key);
  }
  has(key: string): boolean {
    return this.#rows.has(key);
  }
  keys(): IterableIterator<string> {
    return this.#rows.keys();
  }
  values(): IterableIterator<Readonly<Row>> {
    return this.#rows.values();
  }
  entries(): IterableIterator<[string, Readonly<Row>]> {
    return this.#rows.entries();
  }
  set(key: string, row: Readonly<Row>): void {
    this.restore(key, row);
    this.#dirty.add(key);
  }
  delete(key: string): void {
    if (!this.#rows.delete(key)) return;
    this.#dirty.add(key);
    this.#version += 1;
    for (const { keys } of this.#sets.values()) keys.delete(key);
  }
  /** Puts a stored row back without marking it as changed. */
  restore(key: string, row: Readonly<Row>): void {
    this.#rows.set(key, row);
    this.#version += 1;
    for (const { has, keys } of this.#sets.values()) {
      if (has(row)) keys.add(key);
      else keys.delete(key);
    }
  }
  get isDirty(): boolean {
    return this.#dirty.size > 0;
  }
  /** The changed rows since the last call; null: deleted. */
  takeChanges(): readonly [string, Readonly<Row> | null][] {
    const changes = Array.from(this.#dirty, (key): [string, Readonly<Row> | null] => [
      key,
      this.#rows.get(key) ?? null,
    ]);
    this.#dirty.clear();
    return changes;
  }
}

export interface RowChange {
  readonly table: string;
  readonly key: string;
  /** null: delete the row. */
  readonly json: string | null;
}

/** All state of an object: tables that are stored, and the latest-only events, which are not. */
export class State implements StateView {
  readonly #tables = new Map<string, Table<object, string>>();
  readonly #latest = new Map<string, LatestEvent>();

  table<Row extends object, Set extends string>(def: TableDef<Row, Set>): Table<Row, Set> {
    let table = this.#tables.get(def.name);
    if (table === undefined) {
      table = new Table<object, string>();
      this.#tables.set(def.name, table);
    }
    // The def is the only way to a table, so its name and its row type belong together.
    const found = table as unknown as Table<Row, Set>;
    found.keep(def.sets);
    return found;
  }

  /** Puts stored rows back. A table that this version does not know is kept as it is. */
  restore(rows: Iterable<{ readonly table: string; readonly key: string; readonly json: string }>): void {
    for (const { table, key, json } of rows)
      this.table({ name: table }).restore(key, JSON.parse(json) as object);
  }

  get isDirty(): boolean {
    for (const table of this.#tables.values()) if (table.isDirty) return true;
    return false;
  }

  takeChanges(): readonly RowChange[] {
    const changes: RowChange[] = [];
    for (const [name, table] of this.#tables) {
      if (!table.isDirty) continue;
      for (const [key, row] of table.takeChanges()) {
        changes.push({ table: name, key, json: row === null ? null : JSON.stringify(row) });
      }
    }
    return changes;
  }

  latest(t: string, member: string): LatestEvent | undefined {
    return this.#latest.get(`${t} ${member}`);
  }
  setLatest(event: LatestEvent): void {
    this.#latest.set(`${event.t} ${event.member}`, event);
  }
  dropLatest(member: string, t: string): void {
    this.#latest.delete(`${t} ${member}`);
  }
  latestText(key: string): string | undefined {
    return this.#latest.get(key)?.text;
  }
  allLatest(): IterableIterator<LatestEvent> {
    return this.#latest.values();
  }
  latestOf(member: string): LatestEvent[] {
    return Array.from(this.#latest.values()).filter((event) => event.member === member);
  }
}
