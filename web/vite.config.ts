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
    rolldownOptions: {
      output: {
        // Libraries change less often than the page: after an update of ours, browsers still have them. What plays HLS is
        // larger than all others together, and loaded by those alone who need it.
        codeSplitting: { groups: [{ name: 'libraries', test: /node_modules[\\/](?!hls\.js[\\/])/ }] },
      },
    },
  },
});
