import type { Feature } from '../engine/feature.ts';
import { admission } from './features/admission.ts';
import { attendance } from './features/attendance.ts';
import { chat } from './features/chat.ts';
import { images } from './features/images.ts';
import { lifecycle } from './features/lifecycle.ts';
import { media } from './features/media.ts';
import { policy } from './features/policy.ts';
import { roster } from './features/roster.ts';

/** Everything a room can do. A new capability adds its line here. */
export const features: readonly Feature[] = [
  lifecycle,
  admission,
  roster,
  attendance,
  chat,
  policy,
  media,
  images,
];
