import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Rows in all tables of every object whose storage lies under a server's folder. Reads; writes nothing. */
export function countRows(folder: string): number {
  const state = join(folder, '.wrangler/state/workerd');
  if (!existsSync(state)) return 0;
  const files = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.sqlite') && !name.endsWith('metadata.sqlite'),
  );
  return files.reduce((sum, name) => sum + rowsIn(join(state, name)), 0);
}

function rowsIn(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .all();
    return tables
      .map(({ name }) => database.prepare(`SELECT count(*) AS rows FROM "${String(name)}"`).get())
      .reduce((sum, found) => sum + Number(found?.rows ?? 0), 0);
  } finally {
    database.close();
  }
}
