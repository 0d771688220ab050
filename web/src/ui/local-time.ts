const two = (part: number): string => String(part).padStart(2, '0');

/** A time in ms as a field for date and time holds it: by the clock on this wall. Null: an empty field. */
export function toLocalInput(time: number | null): string {
  if (time === null) return '';
  const date = new Date(time);
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** What stands in such a field, in ms; null where it is empty or no time. */
export function fromLocalInput(text: string): number | null {
  const time = new Date(text).getTime();
  return text === '' || Number.isNaN(time) ? null : time;
}
