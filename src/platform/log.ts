/** One structured line for each thing worth knowing; the platform's log viewer indexes its fields. */
export type Level = 'debug' | 'info' | 'warn' | 'error';

export type Log = (level: Level, event: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Adds fields to each line. */
export const logWith =
  (log: Log, more: () => Readonly<Record<string, unknown>>): Log =>
  (level, event, fields) =>
    log(level, event, { ...more(), ...fields });

const describe = (value: unknown): unknown =>
  value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value;

/** Writes JSON lines to the console. Never give it texts, names, tokens or keys of people. */
export const consoleLog: Log = (level, event, fields = {}) => {
  const line: Record<string, unknown> = { level, event };
  for (const [key, value] of Object.entries(fields)) line[key] = describe(value);
  console[level](JSON.stringify(line));
};
