import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { root } from '../../scripts/support.ts';
import { parley, type Variant, type WorkerdConfig } from '../servers/variants.ts';

/** The provider that vouches for the people of a run: nobody has to make up a password for each. */
export const IDENTITY = {
  issuer: 'https://people.example',
  audience: 'bench',
  secret: randomBytes(32).toString('base64url'),
};

const migrations = (): string =>
  readdirSync(`${root}migrations`)
    .sort()
    .map((name) => readFileSync(`${root}migrations/${name}`, 'utf8'))
    .join('\n');

/** Parley with people: with the objects of accounts, and a database in the same process. */
export const withPeople = (): Variant<WorkerdConfig> => ({
  ...parley,
  config: {
    ...parley.config,
    name: 'parley-people',
    main: fileURLToPath(new URL('./worker/index.ts', import.meta.url)),
    vars: {
      ...parley.config.vars,
      IDENTITY_ISSUER: IDENTITY.issuer,
      IDENTITY_AUDIENCE: IDENTITY.audience,
      IDENTITY_SECRET: IDENTITY.secret,
      RATE_QUERY: '1000000/1000000',
      RATE_LOGINS_PER_MINUTE: '0',
      RATE_REGISTRATIONS_PER_MINUTE: '0',
      MIGRATIONS: migrations(),
    },
    durable_objects: {
      bindings: [
        { name: 'ROOMS', class_name: 'RoomObject' },
        { name: 'USERS', class_name: 'UserObject' },
        { name: 'DATABASE', class_name: 'DatabaseObject' },
      ],
    },
    exports: {
      RoomObject: { type: 'durable-object', storage: 'sqlite' },
      UserObject: { type: 'durable-object', storage: 'sqlite' },
      DatabaseObject: { type: 'durable-object', storage: 'sqlite' },
    },
  },
});

/** A Worker that does nothing but hash a password. */
export const hashesOnly = (): Variant<WorkerdConfig> => ({
  ...parley,
  config: {
    ...parley.config,
    name: 'hashes',
    main: fileURLToPath(new URL('./worker/hashes.ts', import.meta.url)),
    durable_objects: { bindings: [] },
    exports: {},
  },
});
