import bare from './bare.ts';
import { type BucketEnv, bucketOfNothing } from './bucket.ts';

/** The bare Worker, with a bucket that keeps nothing. */
export default {
  fetch: (request: Request, env: BucketEnv): Promise<Response> =>
    bare.fetch(request, { PICTURES: bucketOfNothing(env) }),
};
