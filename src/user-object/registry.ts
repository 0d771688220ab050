import type { Feature } from '../engine/feature.ts';
import { allowances } from './features/allowances.ts';
import { calls } from './features/calls.ts';
import { contacts } from './features/contacts.ts';
import { devices } from './features/devices.ts';
import { direct } from './features/direct.ts';
import { directErasure } from './features/direct-erasure.ts';
import { directImages } from './features/direct-images.ts';
import { favourites } from './features/favourites.ts';
import { groupHints } from './features/group-hints.ts';
import { groups } from './features/groups.ts';
import { links } from './features/links.ts';
import { meetings } from './features/meetings.ts';
import { presence } from './features/presence.ts';
import { receipts } from './features/receipts.ts';
import { self } from './features/self.ts';
import { traces } from './features/traces.ts';

/** Everything a person's object can do. A new capability adds its line here. */
export const features: readonly Feature[] = [
  self,
  devices,
  links,
  allowances,
  contacts,
  presence,
  direct,
  receipts,
  directErasure,
  directImages,
  meetings,
  favourites,
  calls,
  groups,
  groupHints,
  traces,
];
