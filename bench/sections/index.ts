import { memory } from '../economy/memory.ts';
import { pictures } from '../economy/pictures.ts';
import { price } from '../economy/price-section.ts';
import { resume } from '../economy/resume.ts';
import { waking } from '../economy/waking.ts';
import { writes } from '../economy/writes.ts';
import { fileMemory } from '../files/memory.ts';
import { files } from '../files/section.ts';
import { opening } from '../opening/section.ts';
import { people } from '../people/section.ts';
import { watching } from '../watch/section.ts';
import { connections } from './connections.ts';
import { echo } from './echo.ts';
import { fanOut } from './fan-out.ts';
import { joins } from './joins.ts';
import type { Section } from './section.ts';
import { moderate, openLoop } from './steady.ts';

/** All sections, in the order in which they run and stand in the report. */
export const sections: readonly Section[] = [
  fanOut,
  echo,
  moderate,
  openLoop,
  connections,
  joins,
  resume,
  people,
  memory,
  waking,
  pictures,
  files,
  fileMemory,
  watching,
  opening,
  writes,
  price,
];
