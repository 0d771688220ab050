import type { BreakoutReport, ParentCall } from '../../../src/platform/breakout-rpc.ts';
import { type RoomNamespace, roomAddress } from '../../../src/platform/room-address.ts';
import type { RoomEnv } from '../../../src/room-object/room-env.ts';
import { RoomObject as Product } from '../../../src/room-object/room-object.ts';
import { createApp } from '../../../src/worker/app.ts';
import type { Env } from '../../../src/worker/env.ts';
import { bucket, bucketFacts, failBucket } from './bucket.ts';
import { moveClock, toPlatform } from './clock.ts';
import { breakPlatform, Trials } from './faults.ts';
import type { Facts, Order } from './orders.ts';

const trialsOf = new Map<string, Trials>();

function rememberTrials(id: string): Trials {
  const known = trialsOf.get(id) ?? new Trials();
  trialsOf.set(id, known);
  return known;
}

/** The product's room with a platform that fails on demand. */
export class RoomObject extends Product {
  readonly #trials: Trials;
  readonly #platform: ReturnType<typeof breakPlatform>;

  constructor(ctx: DurableObjectState, env: RoomEnv) {
    const trials = rememberTrials(String(ctx.id));
    trials.lives += 1;
    const platform = breakPlatform(ctx, trials);
    super(ctx, { ...env, PICTURES: bucket });
    this.#trials = trials;
    this.#platform = platform;
  }

  override async alarm(): Promise<void> {
    const trials = this.#trials;
    trials.alarms += 1;
    trials.alarmAt = null;
    if (trials.deaths.times > 0) {
      trials.deaths.times -= 1;
      trials.note('death in alarm');
      if (trials.deaths.when === 'before') this.ctx.abort('reset on purpose in the alarm');
      else trials.due.set(trials.deaths.when === 'commit' ? 'abort' : 'hang', 0);
    }
    await super.alarm();
  }

  override fromParent(room: string, at: number, call: ParentCall) {
    this.#count(call.kind);
    return super.fromParent(room, at, call);
  }
  override fromBreakout(room: string, report: BreakoutReport) {
    this.#count('report');
    return super.fromBreakout(room, report);
  }

  async obey(order: Order): Promise<Facts> {
    await this.#obey(order);
    return this.#facts();
  }

  async #obey(order: Order): Promise<void> {
    const trials = this.#trials;
    const { setAlarm, deleteAlarm } = this.#platform;
    switch (order.t) {
      case 'look':
        return;
      case 'fail':
        trials.due.set(order.fault, order.after);
        return;
      case 'poison':
        trials.poison = order.text;
        return;
      case 'abort':
        setTimeout(() => this.ctx.abort('reset on purpose'), 0);
        return;
      case 'clock':
        moveClock(order.by);
        return;
      case 'follow-clock':
        if (trials.alarmAt !== null) await setAlarm(Math.max(1, toPlatform(trials.alarmAt)));
        return;
      case 'lose-alarm':
        trials.alarmsToDrop = order.drop;
        await deleteAlarm();
        return;
      case 'abandon-picture': {
        const asked = await this.askImage(order.member, { size: 3, caption: '' });
        if (!asked.ok || asked.value.state !== 'pending') throw new Error(JSON.stringify(asked));
        await bucket.put(asked.value.key, new Uint8Array(3));
        trials.picture = asked.value.key;
        return;
      }
      case 'alarm':
        await Promise.all(Array.from({ length: order.times }, () => this.alarm()));
        return;
      case 'die-in-alarm':
        trials.deaths = { times: order.times, when: order.when };
        return;
      case 'bucket':
        failBucket(trials.picture, order.fail);
        return;
    }
  }

  async #facts(): Promise<Facts> {
    const { lives, syncs, alarms, faults, calls, purges, picture } = this.#trials;
    const keys = (table: string) => {
      const hasTables = this.#platform.exec("SELECT 1 FROM sqlite_master WHERE name = 'state'").toArray();
      if (hasTables.length === 0) return [];
      return this.#platform
        .exec<{ key: string }>('SELECT key FROM state WHERE tbl = ? ORDER BY key', table)
        .toArray()
        .map(({ key }) => key);
    };
    return {
      now: Date.now(),
      alarm: await this.ctx.storage.getAlarm(),
      ...{ lives, syncs, alarms, faults, calls, purges, picture },
      deadlines: keys('deadlines'),
      effects: keys('effects'),
      ...bucketFacts(),
    };
  }

  #count(kind: string): void {
    const { calls } = this.#trials;
    calls[kind] = (calls[kind] ?? 0) + 1;
  }
}

const app = createApp();
const withBucket = new WeakMap<Env, Env>();

/** The settings with an object store; the same ones each time, because the app keeps what it counts with them. */
function completed(env: Env): Env {
  const known = withBucket.get(env) ?? { ...env, PICTURES: bucket };
  withBucket.set(env, known);
  return known;
}

export default {
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const code = /^\/chaos\/([\w-]+)$/.exec(new URL(request.url).pathname)?.[1];
    if (code === undefined) return app.fetch(request, completed(env), ctx);
    const room = roomAddress(env.ROOMS as unknown as RoomNamespace<RoomObject>, code);
    if (room === null) return new Response('no such code', { status: 404 });
    try {
      return Response.json(await room().obey((await request.json()) as Order));
    } catch (error) {
      // The object was reset while it obeyed.
      return new Response(String(error), { status: 503 });
    }
  },
};
