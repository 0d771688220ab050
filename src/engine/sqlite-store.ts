import { rewriteSegment } from './rewrite.ts';
import type { Checkpoint, Commit, Loaded, Mark, Marks, Segment, Store } from './store.ts';

/**
 * Numbered migrations, oldest first. Old and new code meet during a deploy, so a migration only adds what the code
 * before it can live with.
 */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    'CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
    'CREATE TABLE state (tbl TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (tbl, key)) WITHOUT ROWID',
    `CREATE TABLE segments (
      last INTEGER PRIMARY KEY, first INTEGER NOT NULL, prev INTEGER NOT NULL, head INTEGER NOT NULL,
      at INTEGER NOT NULL, count INTEGER NOT NULL, history INTEGER NOT NULL, size INTEGER NOT NULL,
      public TEXT NOT NULL, private TEXT, marks TEXT)`,
    'CREATE INDEX segments_private ON segments (last) WHERE private IS NOT NULL',
  ],
];

const UPSERT =
  'INSERT INTO state (tbl, key, json) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET json = excluded.json';

/** A mark takes some 40 bytes. */
const MARKS_PER_ROW = 10_000;

const encodeMarks = (marks: Marks): string =>
  JSON.stringify(
    Object.fromEntries(Array.from(marks, ([member, mark]) => [member, [mark.acked, mark.private]])),
  );

function decodeMarks(json: string, into: Map<string, Mark>): void {
  for (const [member, [acked, count]] of Object.entries(
    JSON.parse(json) as Record<string, [number, number]>,
  )) {
    into.set(member, { acked, private: count });
  }
}

/** The SQLite database of a Durable Object. */
export class SqliteStore implements Store {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
  }

  async load(): Promise<Loaded | null> {
    // Looking must not write: asking for a room that never was leaves nothing behind.
    const found = this.#sql
      .exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'")
      .toArray();
    if (found.length === 0) return null;
    this.#migrate();
    const epoch = this.#meta('epoch');
    if (epoch === null) return null;
    const marks = new Map<string, Mark>();
    const checkpoint = this.#checkpoint(marks);
    let { count, size } = checkpoint;
    let sinceCheckpoint = 0;
    // What stands in the checkpoint need not be read again: an object wakes often, and its log may be long.
    const newer = this.#sql.exec<{ marks: string | null; count: number; size: number }>(
      'SELECT marks, count, size FROM segments WHERE last > ? ORDER BY last',
      checkpoint.last,
    );
    for (const row of newer) {
      sinceCheckpoint += 1;
      count += row.count;
      size += row.size;
      if (row.marks !== null) decodeMarks(row.marks, marks);
    }
    const newest = this.#sql
      .exec<{ last: number; head: number; at: number }>(
        'SELECT last, head, at FROM segments ORDER BY last DESC LIMIT 1',
      )
      .toArray()[0];
    const { last, head, at: lastAt } = newest ?? { last: checkpoint.last, head: 0, at: 0 };
    const rows = this.#sql
      .exec<{ table: string; key: string; json: string }>('SELECT tbl AS "table", key, json FROM state')
      .toArray();
    return {
      epoch,
      last,
      head,
      lastAt,
      marks,
      rows,
      count,
      size,
      alarm: await this.#storage.getAlarm(),
      sinceCheckpoint,
    };
  }

  initialize(epoch: string): void {
    this.#storage.transactionSync(() => {
      for (const statement of MIGRATIONS.flat()) this.#sql.exec(statement);
      this.#setMeta('schema', String(MIGRATIONS.length));
      this.#setMeta('epoch', epoch);
    });
  }

  commit(commit: Commit): void {
    const { segments, rows, rewrites, checkpoint, trim, alarm } = commit;
    // One statement is a transaction by itself; a lone message is not made to pay for another one around it.
    const isOne =
      segments.length + rows.length === 1 &&
      rewrites.size + Number(checkpoint !== null) + Number(trim !== null) === 0;
    if (isOne) this.#write(commit);
    else this.#storage.transactionSync(() => this.#write(commit));
    // In the same turn, so it becomes part of the same write. A failure resets the object as any failed write does.
    if (alarm !== null) void this.#storage.setAlarm(alarm);
  }

  #write({ rows, marks, segments, rewrites, checkpoint, trim }: Commit): void {
    for (const { table, key, json } of rows) {
      if (json === null) this.#sql.exec('DELETE FROM state WHERE tbl = ? AND key = ?', table, key);
      else this.#sql.exec(UPSERT, table, key, json);
    }
    const encoded = marks.size === 0 ? null : encodeMarks(marks);
    segments.forEach((segment, index) => {
      this.#insert(segment, index === segments.length - 1 ? encoded : null);
    });
    for (const [position, text] of rewrites) this.#rewrite(position, text);
    if (checkpoint !== null) this.#writeCheckpoint(checkpoint);
    if (trim !== null) this.#sql.exec('DELETE FROM segments WHERE last <= ?', trim);
  }

  sync(): Promise<void> {
    return this.#storage.sync();
  }

  publicAfter(position: number, upTo: number): Iterable<Pick<Segment, 'prev' | 'head' | 'public'>> {
    return this.#sql.exec<{ prev: number; head: number; public: string }>(
      'SELECT prev, head, public FROM segments WHERE last > ? AND head > ? AND head > prev AND head <= ? ORDER BY last',
      position,
      position,
      upTo,
    );
  }

  privateAfter(position: number, upTo: number): Iterable<Pick<Segment, 'last' | 'private'>> {
    return this.#sql.exec<{ last: number; private: string }>(
      'SELECT last, private FROM segments WHERE private IS NOT NULL AND last > ? AND last <= ? ORDER BY last',
      position,
      upTo,
    );
  }

  historyBefore(position: number): Iterable<Pick<Segment, 'first' | 'last' | 'public' | 'private'>> {
    return this.#sql.exec<{ first: number; last: number; public: string; private: string | null }>(
      // The segment that holds the position is the first one that ends at or behind it: the index finds it at once.
      `SELECT first, last, public, private FROM segments
       WHERE last <= COALESCE((SELECT MIN(last) FROM segments WHERE last >= ?), ?) AND first < ? AND history > 0 ORDER BY last DESC`,
      position,
      position,
      position,
    );
  }

  segmentOf(position: number): Pick<Segment, 'first' | 'last' | 'public' | 'private'> | null {
    const found = this.#sql
      .exec<{ first: number; last: number; public: string; private: string | null }>(
        'SELECT first, last, public, private FROM segments WHERE last >= ? ORDER BY last LIMIT 1',
        position,
      )
      .toArray()[0];
    return found === undefined || found.first > position ? null : found;
  }

  sizes(): Iterable<Pick<Segment, 'first' | 'last' | 'head' | 'at' | 'count' | 'size'>> {
    return this.#sql.exec<{
      first: number;
      last: number;
      head: number;
      at: number;
      count: number;
      size: number;
    }>('SELECT first, last, head, at, count, size FROM segments ORDER BY last');
  }

  async destroy(): Promise<void> {
    await this.#storage.deleteAlarm();
    await this.#storage.deleteAll();
  }

  #rewrite(position: number, text: string): void {
    const segment = this.segmentOf(position);
    if (segment === null) return;
    const changed = rewriteSegment(segment, position, text);
    this.#sql.exec(
      'UPDATE segments SET public = ?, private = ? WHERE last = ?',
      changed.public,
      changed.private,
      segment.last,
    );
  }

  /** Marks are kept in several rows, because a row ends at 2 MB in production. */
  #writeCheckpoint({ last, count, size, marks }: Checkpoint): void {
    const entries = Array.from(marks);
    const chunks = Math.ceil(entries.length / MARKS_PER_ROW);
    for (let index = 0; index < chunks; index += 1) {
      const part = entries.slice(index * MARKS_PER_ROW, (index + 1) * MARKS_PER_ROW);
      this.#setMeta(`marks ${index}`, encodeMarks(new Map(part)));
    }
    this.#setMeta('checkpoint', JSON.stringify({ last, count, size, chunks }));
  }

  #checkpoint(into: Map<string, Mark>): Omit<Checkpoint, 'marks'> {
    const text = this.#meta('checkpoint');
    if (text === null) return { last: 0, count: 0, size: 0 };
    const { chunks, ...checkpoint } = JSON.parse(text) as Omit<Checkpoint, 'marks'> & { chunks: number };
    for (let index = 0; index < chunks; index += 1) decodeMarks(this.#meta(`marks ${index}`) ?? '{}', into);
    return checkpoint;
  }

  #insert(segment: Segment, marks: string | null): void {
    this.#sql.exec(
      'INSERT INTO segments (last, first, prev, head, at, count, history, size, public, private, marks) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      segment.last,
      segment.first,
      segment.prev,
      segment.head,
      segment.at,
      segment.count,
      segment.history,
      segment.size,
      segment.public,
      segment.private,
      marks,
    );
  }

  #migrate(): void {
    const done = Number(this.#meta('schema') ?? '0');
    if (done >= MIGRATIONS.length) return;
    this.#storage.transactionSync(() => {
      for (const statement of MIGRATIONS.slice(done).flat()) this.#sql.exec(statement);
      this.#setMeta('schema', String(MIGRATIONS.length));
    });
  }

  #meta(key: string): string | null {
    return (
      this.#sql.exec<{ value: string }>('SELECT value FROM meta WHERE key = ?', key).toArray()[0]?.value ??
      null
    );
  }

  #setMeta(key: string, value: string): void {
    this.#sql.exec(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      key,
      value,
    );
  }
}
