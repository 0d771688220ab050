/** Where a generated block begins and ends in a page that people write. */
const begin = (name: string): string => `<!-- generated:${name} -->`;
const END = '<!-- /generated -->';

/** Replaces what stands between a block's markers. Throws where the page has no such block, or it has no end. */
export function fillBlock(page: string, name: string, content: string): string {
  const marker = begin(name);
  const start = page.indexOf(marker);
  if (start === -1) throw new Error(`no block ${marker}`);
  const end = page.indexOf(END, start);
  if (end === -1) throw new Error(`the block ${marker} has no ${END}`);
  return `${page.slice(0, start + marker.length)}\n${content}\n${page.slice(end)}`;
}

/** What stands between a block's markers. */
export function readBlock(page: string, name: string): string {
  const marker = begin(name);
  const start = page.indexOf(marker);
  const end = page.indexOf(END, start);
  if (start === -1 || end === -1) throw new Error(`no block ${marker}`);
  return page.slice(start + marker.length, end).trim();
}

/** Replaces every named block. */
export const fillBlocks = (page: string, contents: Readonly<Record<string, string>>): string =>
  Object.entries(contents).reduce((filled, [name, content]) => fillBlock(filled, name, content), page);
