import type { RoomEnv } from '../../../src/room-object/room-env.ts';
import { RoomObject as Room } from '../../../src/room-object/room-object.ts';
import { createApp } from '../../../src/worker/app.ts';
import type { Env } from '../../../src/worker/env.ts';
import { type BucketEnv, bucketOfNothing } from './bucket.ts';

const withBucket = <E extends object>(env: E & BucketEnv): E => ({ ...env, PICTURES: bucketOfNothing(env) });

/** The product's object, with a bucket that keeps nothing. */
export class RoomObject extends Room {
  constructor(ctx: DurableObjectState, env: RoomEnv & BucketEnv) {
    super(ctx, withBucket(env));
  }
}

const app = createApp();
let complete: Env | null = null;

export default {
  fetch(request: Request, env: Env & BucketEnv, context: ExecutionContext): Response | Promise<Response> {
    // Services are made once for an environment, and known by it.
    complete ??= withBucket<Env>(env);
    return app.fetch(request, complete, context);
  },
};
