import { join } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { mediaHeaders } from './headers.ts';
import { importedParts } from './parts.ts';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss(), importedParts(), mediaHeaders(join(import.meta.dirname, '..'))],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    reportCompressedSize: false,
    // kB before gzip. What plays HLS is larger than all others together, and loaded by those alone who need it.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // Without the list of all views that share a file.
        chunkFileNames: ({ name }) => `assets/${name.split('~')[0]}-[hash].js`,
        // Each file is a request, and a browser without HTTP/2 asks for six at a time: parts that several views share are put
        // together. How large what a view loads may be, `npm run size` says.
        codeSplitting: {
          groups: [
            {
              // Changes less often than the page: after an update of ours, browsers still have it.
              name: 'libraries',
              test: /node_modules[\\/](react|react-dom|scheduler|i18next|react-i18next)[\\/]/,
              priority: 2,
            },
            // All that is needed before it is known which view is wanted.
            { name: 'first', tags: ['$initial'], priority: 1 },
            {
              // The rest of ours, by the views that need it; what is smaller than this (bytes before gzip) goes with the next.
              name: 'shared',
              test: /[\\/]src[\\/]/,
              minShareCount: 2,
              entriesAware: true,
              entriesAwareMergeThreshold: 3_000,
            },
          ],
        },
      },
    },
  },
});
