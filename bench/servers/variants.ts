import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unstable_readConfig } from 'wrangler';
import { root } from '../../scripts/support.ts';
import type { Dialect } from '../load/dialect.ts';

/** The fields of a project's configuration that workerd reads by itself. */
export type WorkerdConfig = {
  name: string;
  /** Absolute path. */
  main: string;
  no_bundle?: boolean;
  compatibility_date: string;
  compatibility_flags?: string[];
  vars?: Record<string, unknown>;
  durable_objects: { bindings: { name: string; class_name: string }[] };
  exports: Record<string, { type: 'durable-object'; storage: 'sqlite' }>;
};

/** A server on Node: a program that takes its port as its only argument. */
export type NodeConfig = {
  name: string;
  /** Absolute path. */
  script: string;
};

export type ServerConfig = WorkerdConfig | NodeConfig;

export type VariantName = 'parley' | 'partyserver' | 'insert-then-send' | 'bare object' | 'socket.io' | 'ws';

/** One of the servers that are compared. */
export type Variant<Config extends ServerConfig = ServerConfig> = {
  name: VariantName;
  /** What stands above its column. */
  label: string;
  /** Whether a member is told of a message only once it is on disk. */
  durable: boolean;
  dialect: Dialect;
  config: Config;
};

const parleyConfig = unstable_readConfig({ config: `${root}wrangler.toml` }, { hideWarnings: true });

/** Every variant runs under the same date, the product's. */
const compatibilityDate = parleyConfig.compatibility_date ?? '';

function peer(
  name: VariantName,
  label: string,
  durable: boolean,
  file: string,
  className: string,
): Variant<WorkerdConfig> {
  return {
    name,
    label,
    durable,
    dialect: name === 'partyserver' ? 'party' : 'peer',
    config: {
      name: name.replaceAll(' ', '-'),
      main: fileURLToPath(new URL(`../peers/${file}`, import.meta.url)),
      compatibility_date: compatibilityDate,
      durable_objects: { bindings: [{ name: 'ROOMS', class_name: className }] },
      exports: { [className]: { type: 'durable-object', storage: 'sqlite' } },
    },
  };
}

function onNode(name: VariantName, label: string, dialect: Dialect, file: string): Variant<NodeConfig> {
  const script = fileURLToPath(new URL(`../peers/on-node/${file}`, import.meta.url));
  return { name, label, durable: false, dialect, config: { name: label, script } };
}

/**
 * Far more than a person is allowed: the load comes from one address, and each member speaks as fast as the room
 * answers. Nothing is switched off by it; the buckets are still counted.
 */
const raisedLimits = {
  RATE_CHAT: '1000000/1000000',
  RATE_CONTROL: '1000000/1000000',
  RATE_JOIN: '1000000/1000000',
  RATE_REFUSALS_PER_MINUTE: '1000000',
  RATE_CREATIONS_PER_MINUTE: '1000000',
};

export const parley: Variant<WorkerdConfig> = {
  name: 'parley',
  label: 'Parley',
  durable: true,
  dialect: 'parley',
  config: {
    name: 'parley',
    main: resolve(root, parleyConfig.main ?? ''),
    compatibility_date: compatibilityDate,
    compatibility_flags: parleyConfig.compatibility_flags,
    vars: {
      ...parleyConfig.vars,
      ...raisedLimits,
      PARLEY_KEYS: `bench:${randomBytes(32).toString('base64url')}`,
    },
    durable_objects: { bindings: [{ name: 'ROOMS', class_name: 'RoomObject' }] },
    exports: { RoomObject: { type: 'durable-object', storage: 'sqlite' } },
  },
};

export const variants: readonly Variant[] = [
  parley,
  peer('partyserver', 'partyserver', false, 'partyserver.ts', 'PartyRoom'),
  peer('insert-then-send', 'insert, then send', true, 'insert-then-send.ts', 'InsertingRoom'),
  peer('bare object', 'bare object', false, 'bare-object.ts', 'BareRoom'),
  onNode('socket.io', 'socket.io', 'socket.io', 'socket-io.ts'),
  onNode('ws', 'ws', 'peer', 'ws.ts'),
];

/** Whether a server runs in workerd: the configuration is then one of workerd's. */
export const isOnWorkerd = (variant: Variant): variant is Variant<WorkerdConfig> => 'main' in variant.config;
