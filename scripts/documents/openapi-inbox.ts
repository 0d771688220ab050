// What one's own devices do, in the description of the HTTP API.
import type * as v from 'valibot';
import * as protocol from '../../src/protocol/index.ts';
import { ACCOUNT_TOKEN } from './openapi-accounts.ts';
import {
  ANYWHERE,
  answer,
  BODY,
  header,
  type Json,
  json,
  ME,
  operation,
  query,
  refTo,
} from './openapi-parts.ts';

export const INBOX_COMPONENTS: Readonly<Record<string, v.GenericSchema>> = {
  ConnectRequest: protocol.ConnectRequestSchema,
  ConnectResponse: protocol.ConnectResponseSchema,
};

const position = (name: string, description: string): Json =>
  query(name, description, { type: 'integer', minimum: 0 });

/** `commands`: what may stand in a body. */
export const inboxPaths = (commands: Json): Json => ({
  '/v1/me/connect': {
    post: operation({
      summary:
        'A ticket for the socket of one of your devices: of the one that you name, or of a new one. Each has its own position and counts its own commands.',
      security: ACCOUNT_TOKEN,
      body: { content: json(refTo('ConnectRequest')), required: false },
      answers: { '200': answer('The ticket, and whose it is.', json(refTo('ConnectResponse'))) },
      errors: ['devices_full', 'busy', ...BODY, ...ME],
    }),
    get: operation({
      summary: 'Opens the WebSocket of a device, with its ticket as subprotocol `parley.ticket.<ticket>`.',
      parameters: [
        query('epoch', 'To resume: the epoch of your position.'),
        position('seq', 'To resume: your position.'),
        position('private', 'To resume: your position among your private events.'),
        { ...header('Sec-WebSocket-Protocol', '`parley.v1` and the ticket.'), required: true },
      ],
      answers: { '101': answer('The socket is open; the first frame is `ready`.') },
      errors: [
        'upgrade_required',
        'origin_refused',
        'version_unsupported',
        'ticket_invalid',
        'accounts_off',
        'busy',
        ...ANYWHERE,
      ],
    }),
  },
  '/v1/me/commands': {
    post: operation({
      summary: 'Any command that is not a room’s, in the name of one of your devices.',
      security: ACCOUNT_TOKEN,
      body: {
        content: json({
          type: 'object',
          properties: { device: { type: 'string', pattern: '^d_[\\w-]{22}$' }, command: commands },
          required: ['device', 'command'],
        }),
        required: true,
      },
      answers: { '200': answer('What it caused, or its result.', json(refTo('CommandResponse'))) },
      errors: [
        'device_unknown',
        'unknown_command',
        'bad_frame',
        'binary_unexpected',
        'person_unknown',
        'busy',
        ...BODY,
        ...ME,
      ],
    }),
  },
});
