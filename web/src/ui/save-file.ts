/** Hands a text to the browser as a file to save. */
export function saveFile(text: string, type: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun with the click; a little later nobody needs the address.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
