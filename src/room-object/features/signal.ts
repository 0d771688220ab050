import { decide, type Feature, happen } from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import { can, fail, type Outcome, type Signal, sentMedia, succeed } from '../../protocol/index.ts';
import { callOf, modeOf } from '../call-rows.ts';
import { findPresent, type MemberRow, theRoom } from '../tables.ts';

/** Whether this member may say so: what a description sends is declared, and theirs to use. */
function allowed(state: StateView, self: Readonly<MemberRow>, signal: Signal): Outcome<null> {
  if (signal.kind === 'candidate') return succeed(null);
  const sent = sentMedia(signal.sdp, signal.media);
  if (!sent.ok) return sent;
  const { policy } = theRoom(state);
  const missing = sent.value.find((media) => !can(self, policy, media));
  return missing === undefined ? succeed(null) : fail('not_allowed', { detail: missing });
}

/** Signals: what browsers say to each other so as to connect. Each to one; told once and kept by nobody. */
export const signal: Feature = {
  name: 'signal',
  tables: [],
  commands: {
    'signal.send': ({ state, fields, actor }) => {
      const self = actor.kind === 'member' ? findPresent(state, actor.id) : undefined;
      if (self?.presence !== 'online') return fail('member_gone');
      const { to, call, peer, signal } = fields;
      if (to === self.id) return fail('invalid', { detail: 'to: must be somebody else' });
      if (callOf(state, self.id) !== call) return fail('peer_gone', { detail: 'call: is not your id' });
      if (callOf(state, to) !== peer) return fail('peer_gone', { detail: 'peer: is not their id' });
      if (modeOf(state) === 'sfu') return fail('call_moded');
      const may = allowed(state, self, signal);
      if (!may.ok) return may;
      return decide({ events: [happen('signal.sent', { call, peer, signal }, { to: [to] })] });
    },
  },
  apply: [],
};
