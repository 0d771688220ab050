import { effectTable } from '../../../src/engine/deadlines.ts';
import { HttpSfu } from '../../../src/platform/sfu.ts';
import type { SfuRequests } from '../../../src/platform/sfu-rpc.ts';
import { type Outcome, refuse } from '../../../src/protocol/index.ts';
import { SfuSessions } from '../../../src/room-object/sfu.ts';
import { APP, FakeSfu, SECRET } from '../../support/fake-sfu.ts';
import { HOST_KEY, idOf, Room } from './harness.ts';

export const stay = (name: string) => `c_${name.padEnd(22, '_')}`;

export const CAMERA = { mid: '0', media: 'camera' } as const;
export const MICROPHONE = { mid: '1', media: 'microphone' } as const;
export const SCREEN = { mid: '2', media: 'screen' } as const;

/** A description whose sections send or don't: `offer('v0', 'a1', '-v2')`. */
export const offer = (...sections: string[]): string =>
  [
    'v=0',
    ...sections.flatMap((section) => {
      const [, off, kind, mid] = /^(-?)([av])(\d+)$/.exec(section) ?? [];
      return [
        `m=${kind === 'a' ? 'audio' : 'video'} 9 UDP/TLS/RTP/SAVPF 96`,
        `a=mid:${mid}`,
        `a=${off === '-' ? 'recvonly' : 'sendonly'}`,
      ];
    }),
    '',
  ].join('\r\n');

export const value = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.value;
};

/** A room of Ada (its host), Ben and Cyn, whose call goes over the SFU, and their way to it. */
export class SfuWorld {
  room = new Room({}, { SFU_APP_ID: APP, SFU_APP_SECRET: SECRET, CALL_DIRECT_MEMBERS: '2' });
  readonly fake = new FakeSfu();
  /** Too many requests. */
  isLimited = false;
  /** What was written to the log. */
  readonly logged: string[] = [];
  readonly sfu: SfuSessions;

  constructor() {
    this.sfu = this.connect();
    this.room.enter('ada', { hostKey: HOST_KEY });
    this.room.enter('ben');
    this.enterCall('ada');
    this.enterCall('ben');
    this.room.enter('cyn');
    this.enterCall('cyn');
    this.room.take();
  }

  /** The shell's part; null: no SFU is set up. */
  connect(api: FakeSfu | null = this.fake): SfuSessions {
    return new SfuSessions({
      engine: () => ({
        state: this.room.state,
        perform: (command, fields, actor) => this.room.perform(command, fields, actor),
        settled: async () => {},
      }),
      clock: { now: () => this.room.now },
      sfu: api && new HttpSfu({ app: APP, secret: SECRET, api: 'http://sfu.test/v1' }, api.fetch),
      log: (_, event) => this.logged.push(event),
      limit: () => (this.isLimited ? refuse('rate_limited') : null),
    });
  }

  enterCall(name: string): void {
    value(this.room.command(name, { t: 'call.enter', call: stay(name) }));
  }

  /** Their line drops, where it has not yet, and is back; they are not in the call then. */
  comeBack(name: string): void {
    this.room.drop(name);
    this.room.admit(name, { returning: true });
    this.room.open(name);
  }

  async begin(name: string, call = stay(name)): Promise<string> {
    return value(await this.sfu.sfu('begin', { member: idOf(name), call })).session;
  }

  publish(name: string, session: string, tracks: SfuRequests['publish']['tracks'], sdp?: string) {
    const sections = tracks.map(({ mid, media }) => `${media === 'microphone' ? 'a' : 'v'}${mid}`);
    return this.sfu.sfu('publish', {
      member: idOf(name),
      session,
      tracks,
      sdp: sdp ?? offer(...sections),
    });
  }

  /** Carries out the effects that wait, as the outbox does: those that reject stay. */
  async carryOut(): Promise<void> {
    for (const [id, { kind, data }] of Array.from(this.room.state.table(effectTable).entries())) {
      if (kind !== 'sfu.close') continue;
      try {
        await this.sfu.executors[kind]?.(data, id, 0);
        this.room.state.table(effectTable).delete(id);
      } catch {
        // Tried again.
      }
    }
  }

  /** The sections that are open at the SFU once all effects are done. */
  async open(session: string): Promise<string[]> {
    await this.carryOut();
    return this.fake.open(session).map(({ mid }) => mid);
  }
}
