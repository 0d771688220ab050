import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { type Clock, systemClock } from '../platform/clock.ts';
import { consoleLog, type Log } from '../platform/log.ts';
import { problem } from '../platform/problem.ts';
import { refuse } from '../protocol/index.ts';
import { isAllowedOrigin } from './origins.ts';
import { servePage } from './page.ts';
import { accountsRoutes, loginsRoutes } from './routes/accounts.ts';
import { admissionRoutes } from './routes/admission.ts';
import { attendanceRoutes } from './routes/attendance.ts';
import { avatarRoutes, myAvatarRoutes } from './routes/avatars.ts';
import { calendarRoutes } from './routes/calendar.ts';
import { commandsRoutes } from './routes/commands.ts';
import { connectRoutes } from './routes/connect.ts';
import { descriptionRoutes } from './routes/description.ts';
import { directImagesRoutes } from './routes/direct-images.ts';
import { exportsRoutes } from './routes/exports.ts';
import { filesRoutes } from './routes/files.ts';
import { groupsRoutes, myGroupsRoutes } from './routes/groups.ts';
import { iceRoutes } from './routes/ice.ts';
import { imagesRoutes } from './routes/images.ts';
import { inboxRoutes, inboxSocketRoutes } from './routes/inbox.ts';
import { meRoutes } from './routes/me.ts';
import { myPeopleRoutes, peopleRoutes } from './routes/people.ts';
import { roomsRoutes } from './routes/rooms.ts';
import { sfuRoutes } from './routes/sfu.ts';
import { statsRoutes } from './routes/stats.ts';
import { uploadsRoutes } from './routes/uploads.ts';
import { secure } from './secure.ts';
import { type AppTypes, createServices, type GivenServices } from './services.ts';
import { tusOptions } from './tus.ts';

/** Browsers keep a preflight's answer for at most two hours (Chromium). Seconds. */
const PREFLIGHT_SECONDS = 7_200;

const allowOrigins = cors({
  origin: (origin, c) =>
    isAllowedOrigin(origin === '' ? null : origin, c.req.url, c.get('services').settings.allowedOrigins)
      ? origin
      : null,
  allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowHeaders: [
    ...['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-none-match', 'if-range', 'range'],
    ...['tus-resumable', 'upload-length', 'upload-metadata', 'upload-offset', 'upload-checksum'],
    ...['x-http-method-override', 'x-request-id'],
  ],
  exposeHeaders: [
    ...['location', 'retry-after', 'etag', 'content-disposition', 'content-range', 'accept-ranges'],
    ...[
      'tus-resumable',
      'tus-version',
      'tus-extension',
      'tus-max-size',
      'tus-checksum-algorithm',
      'upload-offset',
      'upload-length',
      'upload-metadata',
      'upload-expires',
    ],
    'content-location',
  ],
  maxAge: PREFLIGHT_SECONDS,
});

/** The HTTP API. Clock, log and accounts are handed in by tests. */
export function createApp({
  clock = systemClock,
  log = consoleLog,
  ...given
}: { readonly clock?: Clock; readonly log?: Log } & GivenServices = {}) {
  const servicesOf = createServices(clock, log, given);
  const app = new Hono<AppTypes>();

  app.notFound(() => problem(refuse('not_found')));
  app.onError((error, c) => {
    const request = c.req.header('cf-ray') ?? crypto.randomUUID();
    log('error', 'request.failed', { request, method: c.req.method, route: c.req.routePath, error });
    return problem(refuse('internal', { detail: `request ${request}` }));
  });

  return app
    .use(async (c, next) => {
      // A host such as `1x.0.0.1`, of which no link can be made.
      if (!URL.canParse(c.req.url)) return problem(refuse('invalid', { detail: 'Host: must name a host' }));
      c.set('services', servicesOf(c.env));
      return await next();
    })
    .route('/v1/rooms', connectRoutes)
    .route('/v1/me', inboxSocketRoutes)
    .use(servePage)
    .use(secure)
    .use('/v1/rooms/:code/files', tusOptions)
    .use('/v1/rooms/:code/uploads/*', tusOptions)
    .use(allowOrigins)
    .route('/v1', descriptionRoutes)
    .route('/v1/accounts', accountsRoutes)
    .route('/v1/logins', loginsRoutes)
    .route('/v1/me/avatar', myAvatarRoutes)
    .route('/v1/me/images', directImagesRoutes)
    .route('/v1/me/people', myPeopleRoutes)
    .route('/v1/me/groups', myGroupsRoutes)
    .route('/v1/me', meRoutes)
    .route('/v1/me', inboxRoutes)
    .route('/v1/people', peopleRoutes)
    .route('/v1/avatars', avatarRoutes)
    .route('/v1/groups', groupsRoutes)
    .route('/v1/rooms', roomsRoutes)
    .route('/v1/rooms', admissionRoutes)
    .route('/v1/rooms', commandsRoutes)
    .route('/v1/rooms', attendanceRoutes)
    .route('/v1/rooms', calendarRoutes)
    .route('/v1/rooms', exportsRoutes)
    .route('/v1/rooms', statsRoutes)
    .route('/v1/rooms', imagesRoutes)
    .route('/v1/rooms', uploadsRoutes)
    .route('/v1/rooms', filesRoutes)
    .route('/v1/rooms', iceRoutes)
    .route('/v1/rooms', sfuRoutes);
}
