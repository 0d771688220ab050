// Before each file of tests: the tables of accounts, as a server has them.
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';

await applyD1Migrations(env.ACCOUNTS, env.MIGRATIONS);
