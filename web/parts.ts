import { join } from 'node:path';
import type { Plugin } from 'vite';

/** What Vite puts around every `import()` of a build: it is handed the import, and the files that this needs. */
const VITE = '\0vite/preload-helper.js';
const OURS = '\0parley/import-part.js';

/** Has `src/app/import-part.ts` load the parts of the page, in place of what Vite brings for it. */
export function importedParts(): Plugin {
  let isUsed = false;
  return {
    name: 'parley-imported-parts',
    apply: 'build',
    enforce: 'pre',
    config: () => ({
      build: {
        // One file of styles, which is there from the start.
        cssCodeSplit: false,
        modulePreload: {
          polyfill: false,
          // Vite leaves out a part that needs nothing but itself.
          resolveDependencies: (file, needed, { hostType }) =>
            hostType === 'js' ? [...new Set([file, ...needed])] : needed,
        },
      },
    }),
    resolveId: (id) => (id === VITE ? OURS : undefined),
    buildEnd(error) {
      if (error === undefined && !isUsed)
        this.error(
          'unable to load parts by import-part.ts; Vite has another name for its own helper than web/parts.ts',
        );
    },
    load(id) {
      if (id !== OURS) return undefined;
      isUsed = true;
      const file = join(import.meta.dirname, 'src/app/import-part.ts');
      return `export { importPart as __vitePreload } from ${JSON.stringify(file)};`;
    },
  };
}
