import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'unit',
    include: ['test/unit/**/*.test.{ts,tsx}'],
    passWithNoTests: false,
    // Those of the models take some seconds; the default, five, is little for them on a busy machine.
    testTimeout: 60_000,
  },
});
