/** Names a table and the shape of its rows. Rows are JSON values and are replaced, never changed in place. */
export interface TableDef<Row extends object> {
  readonly name: string;
  /** Carries the row's type; never set. */
  readonly row?: Row;
}

export const defineTable = <Row extends object>(name: string): TableDef<Row> => ({ name });

export interface ReadonlyTable<Row extends object> {
  readonly size: number;
  get(key: string): Readonly<Row> | undefined;
  has(key: string): boolean;
  keys(): IterableIterator<string>;
  values(): IterableIterator<Readonly<Row>>;
  entries(): IterableIterator<[string, Readonly<Row>]>;
}

/** What a handler sees: everything, and no way to change it. */
export interface StateView {
  table<Row extends object>(def: TableDef<Row>): ReadonlyTable<Row>;
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
export class Table<Row extends object> implements ReadonlyTable<Row> {
  readonly #rows = new Map<string, Readonly<Row>>();
  readonly #dirty = new Set<string>();

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
    this.#rows.set(key, row);
    this.#dirty.add(key);
  }
  delete(key: string): void {
    if (this.#rows.delete(key)) this.#dirty.add(key);
  }
  /** Puts a stored row back without marking it as changed. */
  restore(key: string, row: Readonly<Row>): void {
    this.#rows.set(key, row);
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
  readonly #tables = new Map<string, Table<object>>();
  readonly #latest = new Map<string, LatestEvent>();

  table<Row extends object>(def: TableDef<Row>): Table<Row> {
    let table = this.#tables.get(def.name);
    if (table === undefined) {
      table = new Table<object>();
      this.#tables.set(def.name, table);
    }
    // The def is the only way to a table, so its name and its row type belong together.
    return table as unknown as Table<Row>;
  }

  /** Puts stored rows back. */
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
