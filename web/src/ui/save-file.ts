/** Hands a text to the browser as a file to save. */
export const saveFile = (text: string, type: string, name: string): void =>
  saveBlob(new Blob([text], { type: `${type};charset=utf-8` }), name);

/** Hands what was fetched to the browser as a file to save. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun with the click; a little later nobody needs the address.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
