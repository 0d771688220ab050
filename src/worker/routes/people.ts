import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { readCursor } from '../../platform/d1-directory.ts';
import {
  fail,
  IntroduceRequestSchema,
  type IntroduceResponse,
  LIMITS,
  OnlineQuerySchema,
  type OnlineResponse,
  type Outcome,
  type PeopleResponse,
  type Person,
  refuseIssues,
  SearchQuerySchema,
  succeed,
} from '../../protocol/index.ts';
import { readBody } from '../body.ts';
import { type Me, meOf } from '../person.ts';
import { deny, holdOffBearers, onlyMethods } from '../refusals.ts';
import type { AppTypes } from '../services.ts';

/** Whoever asks; each time counts, by what it is counted. */
async function lookerOf(c: Context<AppTypes>, by: 'lookups' | 'looks'): Promise<Outcome<Me>> {
  const me = await meOf(c);
  if (!me.ok) return me;
  const { [by]: limit, clock } = c.get('services');
  const wait = await limit.count(me.value.person.id, clock.now());
  return wait > 0 ? fail('rate_limited', { retry: wait }) : me;
}

/** Others by what was typed: by the whole user name, or, where all are to find each other, by a beginning. */
async function search(c: Context<AppTypes>): Promise<Outcome<PeopleResponse>> {
  const query = v.safeParse(SearchQuerySchema, { q: c.req.query('q') }, { abortEarly: true });
  if (!query.success) return { ok: false, error: refuseIssues(query.issues) };
  const { q } = query.output;
  const { settings } = c.get('services');
  const byBeginning = settings.peopleAccess === 'everybody';
  if (byBeginning && [...q].length < LIMITS.peopleSearchLeast)
    return fail('invalid', { detail: `q: must have at least ${LIMITS.peopleSearchLeast} characters` });
  // Each look for others counts, so that nobody goes through all names.
  const me = await lookerOf(c, 'lookups');
  if (!me.ok) return me;
  const { directory, person } = me.value;
  const found = byBeginning
    ? await directory.search(q, LIMITS.peopleFound)
    : [await directory.byUserName(q)].filter((one): one is Person => one !== null);
  return succeed({ people: found.filter(({ id }) => id !== person.id) });
}

/** Makes somebody known to one's own object, so that commands may speak of them. */
async function introduce(c: Context<AppTypes>): Promise<Outcome<IntroduceResponse>> {
  const body = await readBody(c.req.raw, IntroduceRequestSchema);
  if (!body.ok) return body;
  const me = await lookerOf(c, 'lookups');
  if (!me.ok) return me;
  const { directory, user, person } = me.value;
  const found =
    'account' in body.value
      ? ((await directory.people([body.value.account]))[0] ?? null)
      : await directory.byUserName(body.value.userName);
  if (found === null) return fail('person_unknown');
  if (found.id === person.id) return fail('person_self');
  if (person.userName === null) await directory.putProviderPerson(person);
  const done = await user.repeatable((stub) => stub.introduce(person, found));
  return done.ok ? succeed({ person: found }) : done;
}

/** Who is there, of those whom one may see. */
async function online(c: Context<AppTypes>): Promise<Outcome<OnlineResponse>> {
  const query = v.safeParse(
    OnlineQuerySchema,
    { after: c.req.query('after'), limit: c.req.query('limit') },
    { abortEarly: true },
  );
  if (!query.success) return { ok: false, error: refuseIssues(query.issues) };
  const { after = null, limit = LIMITS.onlinePage } = query.output;
  if (after !== null && readCursor(after) === null)
    return fail('invalid', { detail: 'after: must be the `next` of an earlier page' });
  const me = await lookerOf(c, 'looks');
  if (!me.ok) return me;
  const { directory, user, person } = me.value;
  const sight = await user.repeatable((stub) => stub.visible(person.id));
  if (!sight.ok) return sight;
  const { clock, settings } = c.get('services');
  const { contacts, blocked } = sight.value;
  const everybody = settings.peopleAccess === 'everybody';
  const page = await directory.online(
    { viewer: person.id, everybody, contacts, except: blocked },
    after,
    limit,
    clock.now(),
  );
  return succeed({
    people: page.people.map(({ person: shown, news }) => ({
      person: shown,
      status: news.status,
      since: news.since,
    })),
    next: page.next,
  });
}

/** Finding people, and seeing who is there. */
export const peopleRoutes = new Hono<AppTypes>()
  .get('/', holdOffBearers, async (c) => {
    const found = await search(c);
    return found.ok ? c.json<PeopleResponse>(found.value, 200) : deny(c, found.error);
  })
  .all('/', onlyMethods('GET', 'HEAD'))
  .get('/online', holdOffBearers, async (c) => {
    const page = await online(c);
    return page.ok ? c.json<OnlineResponse>(page.value, 200) : deny(c, page.error);
  })
  .all('/online', onlyMethods('GET', 'HEAD'));

/** Getting to know somebody. */
export const myPeopleRoutes = new Hono<AppTypes>()
  .post('/', holdOffBearers, async (c) => {
    const known = await introduce(c);
    return known.ok ? c.json<IntroduceResponse>(known.value, 200) : deny(c, known.error);
  })
  .all('/', onlyMethods('POST'));
