import { callsCommands, callsEvents } from './calls.ts';
import { directCommands, directEvents } from './direct.ts';
import { favouritesCommands, favouritesEvents } from './favourites.ts';
import { standingEvents } from './groups.ts';
import { meetingsCommands, meetingsEvents } from './meetings.ts';
import { peopleCommands, peopleEvents } from './people.ts';
import { presenceCommands, presenceEvents } from './presence.ts';

/** The commands that a person's inbox takes. */
export const INBOX_COMMANDS = {
  ...peopleCommands,
  ...presenceCommands,
  ...directCommands,
  ...callsCommands,
  ...meetingsCommands,
  ...favouritesCommands,
};

/** What a person's inbox tells. */
export const INBOX_EVENTS = {
  ...peopleEvents,
  ...presenceEvents,
  ...directEvents,
  ...callsEvents,
  ...standingEvents,
  ...meetingsEvents,
  ...favouritesEvents,
};
