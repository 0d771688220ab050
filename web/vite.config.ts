import { join } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { mediaHeaders } from './headers.ts';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss(), mediaHeaders(join(import.meta.dirname, '..'))],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    reportCompressedSize: false,
    // kB before gzip. What plays HLS is larger than all others together, and loaded by those alone who need it.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // What every view needs and changes less often than the page: after an update of ours, browsers still have it.
        // All else goes with the parts of the page that use it.
        codeSplitting: {
          groups: [
            {
              name: 'libraries',
              test: /node_modules[\\/](react|react-dom|scheduler|i18next|react-i18next)[\\/]/,
            },
          ],
        },
      },
    },
  },
});
