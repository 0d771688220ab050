// People and who of them is there in the description of the HTTP API.
import type * as v from 'valibot';
import * as protocol from '../../src/protocol/index.ts';
import { ACCOUNT_TOKEN } from './openapi-accounts.ts';
import { answer, BODY, type Json, json, ME, operation, query, refTo } from './openapi-parts.ts';

export const PEOPLE_COMPONENTS: Readonly<Record<string, v.GenericSchema>> = {
  Person: protocol.PersonSchema,
  PeopleResponse: protocol.PeopleResponseSchema,
  IntroduceRequest: protocol.IntroduceRequestSchema,
  IntroduceResponse: protocol.IntroduceResponseSchema,
  OnlineResponse: protocol.OnlineResponseSchema,
};

export const peoplePaths: Json = {
  '/v1/people': {
    get: operation({
      summary:
        'Finds people by the whole user name; where PEOPLE_ACCESS is "everybody", by the beginning of user name or name.',
      security: ACCOUNT_TOKEN,
      parameters: [
        {
          ...query(
            'q',
            `What was typed. A beginning has at least ${protocol.LIMITS.peopleSearchLeast} characters.`,
          ),
          required: true,
        },
      ],
      answers: {
        '200': answer(`At most ${protocol.LIMITS.peopleFound} people.`, json(refTo('PeopleResponse'))),
      },
      errors: ['invalid', ...ME],
    }),
  },
  '/v1/people/online': {
    get: operation({
      summary:
        'Who is there, by name: of your contacts and the people of shared groups; of everybody where PEOPLE_ACCESS says so.',
      security: ACCOUNT_TOKEN,
      parameters: [
        query('after', 'The `next` of the page before; left out: the first page.'),
        query('limit', 'People on the page.', {
          type: 'integer',
          minimum: 1,
          maximum: protocol.LIMITS.onlinePage,
          default: protocol.LIMITS.onlinePage,
        }),
      ],
      answers: { '200': answer('A page.', json(refTo('OnlineResponse'))) },
      errors: ['invalid', ...ME],
    }),
  },
  '/v1/me/people': {
    post: operation({
      summary: 'Makes somebody known to you, so that your commands may speak of them.',
      security: ACCOUNT_TOKEN,
      body: { content: json(refTo('IntroduceRequest')), required: true },
      answers: { '200': answer('The person.', json(refTo('IntroduceResponse'))) },
      errors: ['person_unknown', 'person_self', ...BODY, ...ME],
    }),
  },
};
