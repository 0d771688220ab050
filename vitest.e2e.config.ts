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
    testTimeout: 30_000,
    // A second, which is the default, is little on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
  },
});
