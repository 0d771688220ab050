import './test/support/exit-on-signals.ts';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'e2e',
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: './test/e2e/support/global-setup.ts',
    setupFiles: './test/support/exit-on-signals.ts',
    pool: 'forks',
    maxWorkers: 2,
    // What comes in a second comes in ten of them on a busy machine, and a test that waits for it is right all the same.
    testTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 60_000,
  },
});
