import { IMAGE_TYPES } from '../../../../src/protocol/index.ts';

const types: ReadonlySet<string> = new Set(IMAGE_TYPES);

/**
 * Whether a file may be one of the pictures that are taken, by what the browser makes of its name. A file without a
 * known type passes: the server looks at the bytes.
 */
export const isPicture = (file: { readonly type: string }): boolean =>
  file.type === '' || types.has(file.type);
