import type { Row } from '../plan.ts';
import type { Cell } from '../results.ts';
import type { Variant, VariantName } from '../servers/variants.ts';
import { ratio, table, thousands } from './markdown.ts';

/** "1,000 members, window 64, 4 KB" */
export const nameOf = ({ members, window, bytes, deflate }: Row) =>
  [
    `${thousands(members)} members`,
    `window ${window}`,
    ...(bytes === 100 ? [] : [`${bytes / 1000} KB`]),
    ...(deflate ? ['compression offered'] : []),
  ].join(', ');

/** Those whose figures stand under Parley's in a quotient; with all five the tables would be too wide to read. */
const MEASURES: readonly VariantName[] = ['partyserver', 'insert-then-send', 'socket.io'];

/**
 * One figure of all variants side by side, then Parley's as a multiple of some peers'.
 *
 * @param figure What the quotients are made of; null where it was not measured.
 * @param show What stands in the variant's cell.
 */
export function compare<T>(
  rows: readonly { name: string; of(variant: Variant): T | undefined }[],
  variants: readonly Variant[],
  figure: (figures: T) => number | null,
  show: (value: number, figures: T) => string,
): string[] {
  const parley = variants.find(({ name }) => name === 'parley');
  const peers = parley === undefined ? [] : variants.filter(({ name }) => MEASURES.includes(name));
  const head = [
    'room',
    ...variants.map(({ label }) => label),
    ...peers.map(({ label }) => `Parley / ${label}`),
  ];
  const lines = rows.map(({ name, of }) => {
    const amountOf = (variant: Variant | undefined) => {
      const figures = variant && of(variant);
      return figures === undefined ? null : figure(figures);
    };
    const shown = variants.map((variant) => {
      const figures = of(variant);
      const value = amountOf(variant);
      return figures === undefined || value === null ? '–' : show(value, figures);
    });
    const ours = amountOf(parley);
    const multiples = peers.map((peer) => {
      const theirs = amountOf(peer);
      return ours === null || theirs === null ? '–' : `${ratio(ours / theirs)} ×`;
    });
    return [name, ...shown, ...multiples];
  });
  return rows.length === 0 ? [] : table(head, lines);
}

/** Finds the figures of one row. */
export const rowsOf = (rows: readonly Row[], cells: readonly Cell[]) =>
  rows.map((row) => ({
    name: nameOf(row),
    of: (variant: Variant) => cells.find((cell) => cell.row === row && cell.variant === variant),
  }));
