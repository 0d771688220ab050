import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import type { SfuRequests } from '../../platform/sfu-rpc.ts';
import {
  fail,
  LIMITS,
  type Outcome,
  SfuAnswerRequestSchema,
  SfuCloseRequestSchema,
  SfuLayersRequestSchema,
  SfuPublishRequestSchema,
  SfuSessionRequestSchema,
  SfuSessionSchema,
  SfuSubscribeRequestSchema,
  succeed,
} from '../../protocol/index.ts';
import { readBody } from '../body.ts';
import { memberOf, roomOf } from '../caller.ts';
import { deny, holdOffGuessers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

/** The session that the path names. */
function sessionOf(c: Context<AppTypes>): Outcome<string> {
  const session = v.safeParse(SfuSessionSchema, c.req.param('id'));
  return session.success ? succeed(session.output) : fail('sfu_session_unknown');
}

/** What each address takes, and the call of the room that it becomes. */
const OF_SESSION = {
  publish: SfuPublishRequestSchema,
  subscribe: SfuSubscribeRequestSchema,
  answer: SfuAnswerRequestSchema,
  layers: SfuLayersRequestSchema,
  close: SfuCloseRequestSchema,
} as const;

/** Asks the room, which asks the SFU. Nothing here may be done twice: each changes what is negotiated. */
async function pass<K extends keyof SfuRequests>(
  c: Context<AppTypes>,
  call: K,
  schema: v.GenericSchema<unknown, Omit<SfuRequests[K], 'member' | 'session'>>,
  more: () => Outcome<Partial<SfuRequests[K]>>,
  status: 200 | 201,
): Promise<Response> {
  const room = roomOf(c);
  if (!room.ok) return deny(c, room.error);
  const member = await memberOf(c, room.value.code);
  if (!member.ok) return deny(c, member.error);
  const named = more();
  if (!named.ok) return deny(c, named.error);
  const body = await readBody(c.req.raw, schema, { limit: LIMITS.sfuBodyBytes });
  if (!body.ok) return deny(c, body.error);
  // The three together are what the call takes.
  const request = { ...body.value, ...named.value, member: member.value } as unknown as SfuRequests[K];
  const answer = await room.value.once((stub) => stub.sfu(call, request));
  return answer.ok ? c.json(answer.value, status) : deny(c, answer.error);
}

/** A member's connections to the SFU. */
export const sfuRoutes = new Hono<AppTypes>()
  .post('/:code/sfu/sessions', holdOffGuessers, (c) =>
    pass(c, 'begin', SfuSessionRequestSchema, () => succeed({}), 201),
  )
  .all('/:code/sfu/sessions', onlyMethods('POST'));

for (const call of Object.keys(OF_SESSION) as (keyof typeof OF_SESSION)[]) {
  sfuRoutes
    .post(`/:code/sfu/sessions/:id/${call}`, holdOffGuessers, (c) => {
      const named = () => {
        const session = sessionOf(c);
        return session.ok ? succeed({ session: session.value }) : session;
      };
      return pass(c, call, OF_SESSION[call] as never, named, 200);
    })
    .all(`/:code/sfu/sessions/:id/${call}`, onlyMethods('POST'));
}
