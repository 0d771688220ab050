import * as v from 'valibot';
import type { FileRpc } from '../../../src/platform/file-rpc.ts';
import type { GroupRpc } from '../../../src/platform/group-rpc.ts';
import type { Region, RoomNamespace, RoomStub } from '../../../src/platform/room-address.ts';
import type { RoomRpc } from '../../../src/platform/room-rpc.ts';
import type { SfuRpc } from '../../../src/platform/sfu-rpc.ts';
import { createTokens } from '../../../src/platform/tokens.ts';
import { DEFAULT_POLICY, fail, type Member, type Room, succeed } from '../../../src/protocol/index.ts';
import { createApp } from '../../../src/worker/app.ts';
import type { Env } from '../../../src/worker/env.ts';
import type { GivenServices } from '../../../src/worker/services.ts';
import { testKeys } from '../../support/keys.ts';

export const CODE = 'abc-defg-hij';
export const ORIGIN = 'https://meet.example';
export const NOW = Date.UTC(2026, 10, 20, 9, 0, 0);
export const ADA = `m_${'a'.repeat(22)}`;

export const room: Room = {
  id: 'r_1',
  code: CODE,
  name: 'Physics',
  createdAt: NOW,
  capacity: 100,
  retentionSeconds: 3_600,
  whenEmpty: 'end',
  policy: DEFAULT_POLICY,
};

export const ada: Member = {
  id: ADA,
  name: 'Ada',
  role: 'member',
  account: null,
  presence: 'online',
  joinedAt: NOW,
  rights: {},
};

type Rpc = RoomRpc & GroupRpc & FileRpc & SfuRpc;

/** Everything the Worker did to objects. */
export interface Calls {
  /** One entry per stub: the name, and where it was looked for. */
  readonly stubs: { name: string; jurisdiction?: string; region?: Region }[];
  readonly made: { method: keyof Rpc; args: readonly unknown[] }[];
  readonly upgrades: Request[];
}

type Answers = Partial<Rpc> & { fetch?: (request: Request) => Promise<Response> };

const standard: Rpc = {
  createRoom: async (request) => succeed({ taken: false, room: { ...room, code: request.code } }),
  reopenRoom: async () => succeed(room),
  status: async () =>
    succeed({ code: CODE, name: 'Physics', status: 'open', members: 1, capacity: 100, createdAt: NOW }),
  admit: async ({ name, member }) =>
    succeed({
      member: { ...ada, id: member ?? ADA, name: name ?? 'Ada', presence: 'joining' },
      ticket: 'tkt_1',
      ticketExpiresAt: NOW + 30_000,
    }),
  member: async () => succeed(ada),
  leave: async () => succeed(null),
  run: async () => succeed({ events: [] }),
  room: async () => succeed(room),
  attendance: async () =>
    succeed({ room: { code: CODE, name: 'Physics', createdAt: NOW, endedAt: null }, attendees: [] }),
  stats: async () => fail('role_required'),
  exportPage: async () => succeed({ room: 'Physics', entries: [], next: null }),
  askImage: async () => fail('not_allowed'),
  shareImage: async () => fail('not_allowed'),
  cancelImage: async () => {},
  readImage: async () => fail('image_unknown'),
  file: async () => fail('file_unknown'),
  sfu: async () => fail('sfu_off'),
  enrol: async () => fail('room_not_found'),
  unenrol: async () => fail('room_not_found'),
  look: async () => fail('room_not_found'),
  standing: async () => fail('room_not_found'),
  enrolEverybody: async () => fail('room_not_found'),
  forgetAccount: async () => fail('room_not_found'),
};

/** The app in front of objects that answer as told, on a clock that stands still until moved. */
export function serve(answers: Answers = {}, vars: Partial<Env> = {}, given: GivenServices = {}) {
  const calls: Calls = { stubs: [], made: [], upgrades: [] };
  const lines: { level: string; event: string; fields: unknown }[] = [];
  const time = { now: NOW };

  const record = <K extends keyof Rpc>(method: K): Rpc[K] => {
    const act: (...args: never[]) => unknown = answers[method] ?? standard[method];
    const recorded = (...args: never[]) => {
      calls.made.push({ method, args });
      return act(...args);
    };
    return recorded as Rpc[K];
  };
  const stub: RoomStub = {
    createRoom: record('createRoom'),
    reopenRoom: record('reopenRoom'),
    status: record('status'),
    admit: record('admit'),
    member: record('member'),
    leave: record('leave'),
    run: record('run'),
    room: record('room'),
    attendance: record('attendance'),
    stats: record('stats'),
    exportPage: record('exportPage'),
    askImage: record('askImage'),
    shareImage: record('shareImage'),
    cancelImage: record('cancelImage'),
    readImage: record('readImage'),
    file: record('file'),
    sfu: record('sfu'),
    enrol: record('enrol'),
    unenrol: record('unenrol'),
    look: record('look'),
    standing: record('standing'),
    enrolEverybody: record('enrolEverybody'),
    forgetAccount: record('forgetAccount'),
    fetch: async (request) => {
      calls.upgrades.push(request);
      return answers.fetch?.(request) ?? new Response('upgraded');
    },
  };
  const rooms = (jurisdiction?: string): RoomNamespace => ({
    getByName(name, options) {
      calls.stubs.push({
        name,
        ...(jurisdiction === undefined ? {} : { jurisdiction }),
        ...(options?.locationHint === undefined ? {} : { region: options.locationHint }),
      });
      return stub;
    },
    jurisdiction: (name) => rooms(name),
  });

  const env: Env = { ROOMS: rooms(), PARLEY_KEYS: testKeys, ...vars };
  const app = createApp({
    clock: { now: () => time.now },
    log: (level, event, fields) => {
      lines.push({ level, event, fields });
    },
    ...given,
  });
  return {
    app,
    calls,
    lines,
    time,
    env,
    fetch: async (path: string, init?: RequestInit) => app.request(`${ORIGIN}${path}`, init, env),
    /** With a JSON body. */
    send: async (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
      app.request(
        `${ORIGIN}${path}`,
        { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } },
        env,
      ),
    token: async (member = ADA, code = CODE, now = time.now) =>
      (await createTokens(env).signMember(code, member, now)).token,
  };
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** An error of the platform as a stub throws it. */
export const fault = (flags: { retryable?: boolean; overloaded?: boolean }) =>
  Object.assign(new Error('the object is gone'), flags);

/** What a problem response says, and that it is one. */
export async function problemOf(
  response: Response,
): Promise<{ status: number; code: string; detail?: string }> {
  if (response.headers.get('content-type') !== 'application/problem+json') {
    throw new Error(`no problem: ${response.status} ${await response.text()}`);
  }
  const body: unknown = await response.json();
  if (typeof body !== 'object' || body === null || !('code' in body) || typeof body.code !== 'string') {
    throw new Error('a problem without a code');
  }
  return {
    status: response.status,
    code: body.code,
    ...('detail' in body && typeof body.detail === 'string' ? { detail: body.detail } : {}),
  };
}

/** The body, and that it is what the protocol says. */
export const bodyOf = async <S extends v.GenericSchema>(
  response: Response | Promise<Response>,
  schema: S,
): Promise<v.InferOutput<S>> => v.parse(schema, await (await response).json());
