import type { Permission } from '../../../../src/protocol/index.ts';

/** The permissions that this page has a use for. The protocol knows more; a switch without an effect would lie. */
export const OFFERED = [
  'chat',
  'image',
  'file',
  'direct',
  'ask',
  'camera',
  'microphone',
  'screen',
  'rename',
  'react',
  'hand',
  'watch',
] as const satisfies readonly Permission[];
export type Offered = (typeof OFFERED)[number];
