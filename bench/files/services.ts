import { createHash, randomFillSync } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import {
  FILE_PART_BYTES,
  partCount,
  partSize,
  SUBPROTOCOL,
  ticketSubprotocol,
} from '../../src/protocol/index.ts';
import { inTurn, openRoom, post } from '../load/admission.ts';
import { Connection } from '../load/connection.ts';
import { bundle } from '../servers/bundle.ts';
import { startServer } from '../servers/server.ts';
import { parley, type Variant, type WorkerdConfig } from '../servers/variants.ts';
import { ask, type Question } from './http.ts';
import { type FileServer, startSimulated } from './server.ts';

/** Parts on their way at once: as many as the SDK sends. */
export const AT_ONCE = 3;

/** Where a file is fetched, and with what. */
export type Place = Pick<Question, 'port' | 'path' | 'headers'>;

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64');

/** Some bytes that are a file's: all parts are the same ones, which no server looks at. */
export class Content {
  readonly size: number;
  readonly #part: Buffer = randomFillSync(Buffer.allocUnsafe(FILE_PART_BYTES));

  readonly #hashes: readonly [first: string, last: string];

  constructor(size: number) {
    this.size = size;
    this.#hashes = [hashOf(this.part(0)), hashOf(this.part(this.count - 1))];
  }

  part(n: number): Buffer {
    return this.#part.subarray(0, partSize(this.size, n));
  }

  /** SHA-256 of a part, in base64, made long before it is sent: as the SDK does, it goes with the part. */
  hash(n: number): string {
    return this.#hashes[n < this.count - 1 ? 0 : 1];
  }

  get count(): number {
    return partCount(this.size);
  }
}

/** simulated: wrangler's R2. nothing: a bucket that keeps nothing, in plain workerd. slow: the same, and its disk is slow. */
export type BucketKind = 'simulated' | 'nothing' | 'slow';

/** A server that keeps files, and how they are brought to it. */
export type FileService = {
  readonly name: 'parley' | 'bare';
  start(bucket: BucketKind): Promise<FileServer>;
  /** Makes what is needed before a file can be brought. */
  open(port: number): Promise<FileSession>;
};

export type FileSession = {
  /** Asks for an upload: its parts can then be brought in any order. */
  begin(content: Content): Promise<Upload>;
  close(): void;
};

export type Upload = {
  /** Brings part `n`, at `pace` bytes a second where that is given. */
  part(n: number, how?: Pick<Question, 'pace' | 'signal'>): Promise<void>;
  /** When all parts are there: where the file can be fetched. */
  finish(): Promise<Place>;
};

/** Does something with a fresh server, and ends it. */
export async function withSession<T>(
  service: FileService,
  bucket: BucketKind,
  work: (server: FileServer, session: FileSession) => Promise<T>,
): Promise<T> {
  const server = await service.start(bucket);
  try {
    const session = await service.open(server.port);
    try {
      return await work(server, session);
    } finally {
      session.close();
    }
  } finally {
    await server.close();
  }
}

/** Brings a file, several parts at once. */
export async function upload(session: FileSession, content: Content): Promise<Place> {
  const begun = await session.begin(content);
  await inTurn(content.count, AT_ONCE, (n) => begun.part(n));
  return begun.finish();
}

const worker = (name: string): string => fileURLToPath(new URL(`./worker/${name}.ts`, import.meta.url));
/** Bytes a second of a slow disk. */
const SLOW_DISK = 1_048_576;

/** The product, asked by somebody who is in a room, and the least that can be. */
export function fileServices(): readonly [FileService, FileService] {
  return [serviceOf('parley', parleyWith, openParley), serviceOf('bare', bareWith, openBare)];
}

function serviceOf(
  name: FileService['name'],
  configOf: (main: string | null) => Variant<WorkerdConfig>,
  open: FileService['open'],
): FileService {
  const whole = [configOf(null), configOf(worker(`${name}-alone`))];
  const [simulated, alone] = bundle(whole).map(({ config }) => config);
  if (simulated === undefined || alone === undefined)
    throw new Error('unable to bundle the servers for files');
  return {
    name,
    open,
    start(bucket) {
      if (bucket === 'simulated') return startSimulated(simulated);
      const slow = bucket === 'slow' ? { DISK_BYTES_PER_SECOND: String(SLOW_DISK) } : {};
      return startServer({ ...alone, vars: { ...alone.vars, ...slow } });
    },
  };
}

/** People begin no files as fast as this; the limit is still counted. */
const parleyWith = (main: string | null): Variant<WorkerdConfig> => ({
  ...parley,
  config: {
    ...parley.config,
    ...(main === null ? {} : { name: 'parley-alone', main }),
    vars: { ...parley.config.vars, RATE_FILE: '1000000/1000000' },
  },
});

const bareWith = (main: string | null): Variant<WorkerdConfig> => ({
  ...parley,
  config: {
    name: main === null ? 'bare' : 'bare-alone',
    main: main ?? worker('bare'),
    compatibility_date: parley.config.compatibility_date,
    durable_objects: { bindings: [] },
    exports: {},
  },
});

async function openParley(port: number): Promise<FileSession> {
  const room = await openRoom({ port, dialect: 'parley', deflate: false }, 1);
  const joinPath = room.joinPath ?? '';
  const { token, ticket, url } = await post(port, joinPath, { name: 'Ada' });
  const path = new URL(String(url)).pathname;
  const protocols = [SUBPROTOCOL, ticketSubprotocol(String(ticket))];
  const connection = await Connection.open({ port, path, protocols, deflate: false });
  const base = joinPath.replace(/\/join$/, '');
  const headers = { authorization: `Bearer ${String(token)}` };
  return {
    begin: (content) => beginParley({ port, headers }, base, content),
    close: () => connection.destroy(),
  };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

async function beginParley(
  { port, headers }: Required<Pick<Question, 'port' | 'headers'>>,
  base: string,
  content: Content,
): Promise<Upload> {
  const asked = await ask({
    port,
    method: 'POST',
    path: `${base}/files`,
    headers: {
      ...headers,
      'tus-resumable': '1.0.0',
      'upload-length': String(content.size),
      'upload-metadata': `filename ${base64('bench.bin')},filetype ${base64('application/octet-stream')}`,
      'content-length': '0',
    },
  });
  const { upload: id } = asked.upload as { upload: string };
  let shared: string | null = null;
  return {
    async part(n, how = {}) {
      const body = content.part(n);
      const answer = await ask({
        port,
        method: 'PUT',
        path: `${base}/uploads/${id}/parts/${n}`,
        headers: { ...headers, 'upload-checksum': `sha256 ${content.hash(n)}` },
        body,
        ...how,
      });
      const event = answer.event as { file: string } | undefined;
      if (event !== undefined) shared = event.file;
    },
    async finish() {
      if (shared === null) throw new Error('unable to upload; all parts are there and nothing was shared');
      return { port, path: `${base}/files/${shared}`, headers };
    },
  };
}

async function openBare(port: number): Promise<FileSession> {
  return { begin: (content) => beginBare(port, content), close: () => undefined };
}

async function beginBare(port: number, content: Content): Promise<Upload> {
  const begun = await ask({ port, method: 'POST', path: '/', headers: { 'content-length': '0' } });
  const path = `/${String(begun.key)}`;
  const parts: Record<string, unknown>[] = [];
  return {
    async part(n, how = {}) {
      const target = `${path}/${String(begun.upload)}/${n + 1}`;
      parts[n] = await ask({ port, method: 'PUT', path: target, body: content.part(n), ...how });
    },
    async finish() {
      const body = Buffer.from(JSON.stringify(parts));
      await ask({ port, method: 'POST', path: `${path}/${String(begun.upload)}`, body });
      return { port, path, headers: {} };
    },
  };
}
