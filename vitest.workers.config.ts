import './test/support/exit-on-signals.ts';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { testKeys } from './test/support/keys.ts';

// Wrangler looks here for the secrets that wrangler.toml requires, and warns where it finds none.
process.env.PARLEY_KEYS = testKeys;

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './wrangler.toml' },
      miniflare: {
        bindings: { PARLEY_KEYS: testKeys, MIGRATIONS: await readD1Migrations('./migrations') },
        // The plugin's runner asks for node: modules in a way that only the older module loader answers quietly.
        compatibilityFlags: ['no_web_socket_compression', 'nodejs_compat', 'legacy_module_registry'],
      },
    }),
  ],
  test: {
    name: 'workers',
    include: ['test/workers/**/*.test.ts'],
    // The defaults, five seconds and one, are little on a busy machine.
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    setupFiles: './test/workers/support/migrate.ts',
  },
});
