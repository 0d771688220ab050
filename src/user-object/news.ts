import type { Engine } from '../engine/engine.ts';
import { type InternalCommand, SYSTEM } from '../engine/feature.ts';
import type { RoomNews } from '../platform/room-news.ts';
import { type Outcome, succeed } from '../protocol/index.ts';
import { groupRingOver, ringFromGroup } from './features/calls.ts';
import { tellMoved } from './features/group-hints.ts';
import { tellGroup } from './features/groups.ts';
import { tellHosted, tellStay } from './features/meetings.ts';

type NewsOf<Kind extends RoomNews['kind']> = Extract<RoomNews, { readonly kind: Kind }>;

/** Which internal command hears which kind of news. A new kind adds its line here. */
const HEARD: { readonly [Kind in RoomNews['kind']]: InternalCommand<NewsOf<Kind>> } = {
  group: tellGroup,
  stay: tellStay,
  hosted: tellHosted,
  ring: ringFromGroup,
  'ring-over': groupRingOver,
  moved: tellMoved,
};

/** Takes what a room tells. A kind that this version does not know is of no use to anybody here. */
export function hear(engine: Pick<Engine, 'perform'>, news: RoomNews): Outcome<null> {
  if (!Object.hasOwn(HEARD, news.kind)) return succeed(null);
  const command: InternalCommand<never> = HEARD[news.kind];
  // The table holds for each kind the command that takes its fields.
  const done = engine.perform(command, news as never, SYSTEM);
  return done.ok ? succeed(null) : done;
}
