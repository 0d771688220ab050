import { DurableObject } from 'cloudflare:workers';

/** A statement with what is bound to it. */
type Statement = { readonly sql: string; readonly values: readonly unknown[] };
type Result = { results: Record<string, unknown>[]; success: true; meta: { changes: number } };

/** SQLite behind one call, as D1 is: an object of its own that runs statements in one transaction. */
export class DatabaseObject extends DurableObject<{ readonly MIGRATIONS: string }> {
  constructor(ctx: DurableObjectState, env: { readonly MIGRATIONS: string }) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      if ((await ctx.storage.get('isMade')) === true) return;
      ctx.storage.sql.exec(env.MIGRATIONS);
      await ctx.storage.put('isMade', true);
    });
  }

  run(statements: readonly Statement[]): Result[] {
    return this.ctx.storage.transactionSync(() =>
      statements.map(({ sql, values }) => {
        const cursor = this.ctx.storage.sql.exec(sql, ...values);
        const results = cursor.toArray();
        return { results, success: true, meta: { changes: cursor.rowsWritten } };
      }),
    );
  }
}

type Database = { run(statements: readonly Statement[]): Promise<Result[]> };

/** Gives a new way to the object each time: one belongs to the request in which it was made. */
export type Way = () => Database;

class Prepared {
  readonly #database: Way;
  readonly statement: Statement;

  constructor(database: Way, statement: Statement) {
    this.#database = database;
    this.statement = statement;
  }
  bind(...values: unknown[]): Prepared {
    return new Prepared(this.#database, { ...this.statement, values });
  }
  async run(): Promise<Result> {
    const [result] = await this.#database().run([this.statement]);
    if (result === undefined) throw new Error('the database gave no answer');
    return result;
  }
  all(): Promise<Result> {
    return this.run();
  }
  async first(column?: string): Promise<unknown> {
    const [row] = (await this.run()).results;
    return row === undefined ? null : column === undefined ? row : row[column];
  }
}

/** As much of D1 as accounts and the directory use: workerd by itself has none. */
export const databaseOf = (database: Way) => ({
  prepare: (sql: string) => new Prepared(database, { sql, values: [] }),
  batch: (prepared: readonly Prepared[]) => database().run(prepared.map(({ statement }) => statement)),
});
