import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../servers/bundle.ts';
import { isOnWorkerd, type Variant } from '../servers/variants.ts';
import { COUNTS_PATH, type Counts } from './counting.ts';

const counting = fileURLToPath(new URL('./counting.ts', import.meta.url));
const made = new WeakMap<Variant, Variant>();

/** A bundled server with a count of what the platform would bill for it. Its own code is as it was. */
export function counted(variant: Variant): Variant {
  const known = made.get(variant);
  if (known !== undefined) return known;
  if (!isOnWorkerd(variant))
    throw new Error(`unable to count for ${variant.label}; it does not run in workerd`);
  const { config } = variant;
  const [className = ''] = Object.keys(config.exports);
  // Beside the bundle, and deleted with it.
  const main = join(dirname(config.main), `counted-${config.name}.js`);
  writeFileSync(
    main,
    `import * as server from ${JSON.stringify(config.main)};
import { countRoom, countWorker } from ${JSON.stringify(counting)};
export const ${className} = countRoom(server.${className});
export default countWorker(server.default);
`,
  );
  const [bundled = variant] = bundle([{ ...variant, config: { ...config, main } }]);
  made.set(variant, bundled);
  return bundled;
}

/** What a counted server has counted so far. */
export async function readCounts(port: number): Promise<Counts> {
  const answer = await fetch(`http://127.0.0.1:${port}${COUNTS_PATH}`, { headers: { connection: 'close' } });
  return (await answer.json()) as Counts;
}

/** What came between two readings. */
export function since(before: Counts, after: Counts): Counts {
  return {
    workerRequests: after.workerRequests - before.workerRequests,
    calls: after.calls - before.calls,
    messages: after.messages - before.messages,
    alarms: after.alarms - before.alarms,
    alarmMs: after.alarmMs - before.alarmMs,
    wakes: after.wakes - before.wakes,
    alarmRows: after.alarmRows - before.alarmRows,
    rows: Object.fromEntries(
      Object.entries(after.rows).map(([table, rows]) => [table, rows - (before.rows[table] ?? 0)]),
    ),
  };
}

/** Rows of all tables, and of the alarm. */
export const allRows = ({ rows, alarmRows }: Counts): number =>
  Object.values(rows).reduce((sum, each) => sum + each, alarmRows);
