/** A whole number from 1 to `most`, as somebody typed it; null: it is none. */
export function readWhole(text: string, most: number): number | null {
  const number = Number(text);
  return /^\d+$/.test(text.trim()) && number >= 1 && number <= most ? number : null;
}
