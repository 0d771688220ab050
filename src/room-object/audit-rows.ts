import { defineTable, type State, type StateView } from '../engine/state.ts';
import type { AuditRow } from '../protocol/audit.ts';

/** The audit trail: rows under their number, without a gap between the first and the last. */
export const auditTable = defineTable<AuditRow>('audit');
/** Which numbers are kept: one row, under the key `span`. */
interface Span {
  readonly first: number;
  readonly last: number;
}
export const auditSpanTable = defineTable<Span>('audit_span');
const SPAN = 'span';

/** Acts that are kept; the oldest go. */
export const AUDIT_ROWS = 10_000;

const spanOf = (state: StateView): Span => state.table(auditSpanTable).get(SPAN) ?? { first: 1, last: 0 };

/** Writes an act down. For appliers. */
export function writeAudit(state: State, row: Omit<AuditRow, 'seq'>): void {
  const { first, last } = spanOf(state);
  const rows = state.table(auditTable);
  const seq = last + 1;
  rows.set(String(seq), { seq, ...row });
  const isFull = seq - first >= AUDIT_ROWS;
  if (isFull) rows.delete(String(first));
  state.table(auditSpanTable).set(SPAN, { first: isFull ? first + 1 : first, last: seq });
}

/** Rows by number, from one to another, both included; what is not kept is left out. */
function between(state: StateView, from: number, to: number): Readonly<AuditRow>[] {
  const rows: Readonly<AuditRow>[] = [];
  for (let seq = from; seq <= to; seq += 1) {
    const row = state.table(auditTable).get(String(seq));
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

/** At most `limit` acts after the one with number `after` (null: from the oldest kept), oldest first. `next` asks for what follows; null: nothing does. */
export function auditPage(
  state: StateView,
  after: number | null,
  limit: number,
): { readonly rows: readonly Readonly<AuditRow>[]; readonly next: number | null } {
  const { first, last } = spanOf(state);
  const from = Math.max(first, (after ?? 0) + 1);
  const to = Math.min(last, from + limit - 1);
  return { rows: between(state, from, to), next: to >= last ? null : to };
}

/** At most `limit` acts before the one with number `before` (null: up to the newest), oldest first. `next` asks for those before; null: none are kept. */
export function auditBefore(
  state: StateView,
  before: number | null,
  limit: number,
): { readonly rows: readonly Readonly<AuditRow>[]; readonly next: number | null } {
  const { first, last } = spanOf(state);
  const to = Math.min(last, (before ?? last + 1) - 1);
  const from = Math.max(first, to - limit + 1);
  return { rows: between(state, from, to), next: from <= first ? null : from };
}
