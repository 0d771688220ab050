import type { AuditRow } from '../../../../src/protocol/index.ts';

/** What stands in the trail, as a key of the texts. An act that is not here is shown by its name. */
const AUDIT_TEXTS = {
  'role.changed': 'audit.role',
  'host.changed': 'audit.host',
  'authority.changed': 'audit.authority',
  'policy.changed': 'audit.policy',
  'rights.changed': 'audit.rights',
  'room.updated': 'audit.room',
  'room.ended': 'audit.ended',
  'room.reopened': 'audit.reopened',
  'member.left': 'audit.left',
  'member.banned': 'audit.banned',
  'ban.lifted': 'audit.lifted',
  'door.changed': 'audit.door',
  'passcode.changed': 'audit.passcode',
  'schedule.changed': 'audit.schedule',
  'invite.created': 'audit.invited',
  'invite.revoked': 'audit.revoked',
  'lobby.admitted': 'audit.admitted',
  'lobby.refused': 'audit.refused',
  'media.requested': 'audit.requested',
  'media.stopped': 'audit.stopped',
  'chat.deleted': 'audit.deleted',
  'chat.slowed': 'audit.slowed',
  'image.removed': 'audit.picture',
  'file.removed': 'audit.file',
  'spotlight.changed': 'audit.spotlight',
  'hand.lowered': 'audit.hand',
  'hand.allLowered': 'audit.hands',
  'poll.opened': 'audit.pollOpened',
  'poll.closed': 'audit.pollClosed',
  'poll.removed': 'audit.pollRemoved',
  'breakout.opened': 'audit.breakoutOpened',
  'breakout.closing': 'audit.breakoutClosing',
  'breakout.closed': 'audit.breakoutClosed',
  'watch.ruled': 'audit.watchRuled',
  'recording.changed': 'audit.recordingBegun',
  'room.announced': 'audit.announced',
  'host_key.refused': 'audit.keyRefused',
  'ban.refused': 'audit.banRefused',
} as const;

const isWorded = (action: string): action is keyof typeof AUDIT_TEXTS => Object.hasOwn(AUDIT_TEXTS, action);

/** The key of the text of an act; null: it has none. */
export function auditTextOf({ action, detail }: Pick<AuditRow, 'action' | 'detail'>) {
  if (action === 'recording.changed' && detail.recording === false) return 'audit.recordingEnded';
  return isWorded(action) ? AUDIT_TEXTS[action] : null;
}
