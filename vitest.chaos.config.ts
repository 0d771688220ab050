import './test/support/exit-on-signals.ts';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'chaos',
    include: ['test/chaos/**/*.test.ts'],
    globalSetup: './test/chaos/support/global-setup.ts',
    setupFiles: './test/support/exit-on-signals.ts',
    pool: 'forks',
    // One at a time: what these tests measure would be a measure of one another.
    maxWorkers: 1,
    testTimeout: process.env.CHAOS === 'full' ? 1_800_000 : 60_000,
    hookTimeout: 60_000,
  },
});
