import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { inviteLink } from '../../../../src/client/index.ts';
import { INVITE_ROLES, type Invite } from '../../../../src/protocol/index.ts';
import { roomPath } from '../../app/routes.ts';
import { useFormatLocale } from '../../app/use-format-locale.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { useAction } from '../../ui/use-action.ts';
import { Secret } from '../invite/secret.tsx';
import { useIsChief, useRoom, useView } from '../room-context.tsx';

/** Makes invitations, and lists and revokes those that there are. */
export function Invitations() {
  const room = useRoom();
  const [invites, setInvites] = useState<readonly Invite[]>([]);
  const [, run] = useAction();
  const load = useCallback(
    () =>
      run(async () => {
        const receipt = await room.invites();
        if (receipt.status === 'done') setInvites(receipt.result.invites);
      }),
    [room, run],
  );
  useEffect(() => void load(), [load]);
  return (
    <>
      <InviteForm onMade={() => void load()} />
      <ul className="mt-4">
        {invites.map((invite) => (
          <InviteRow key={invite.id} invite={invite} onChanged={() => void load()} />
        ))}
      </ul>
    </>
  );
}

const HOUR = 3_600_000;
/** How long an invitation can be made to last, in ms. */
const LASTS = [
  { label: 'host.inviteForever', ms: null },
  { label: 'host.inviteHour', ms: HOUR },
  { label: 'host.inviteDay', ms: 24 * HOUR },
  { label: 'host.inviteWeek', ms: 168 * HOUR },
] as const;

/** A whole number of people; null: any number. NaN: something else was written. */
const readUses = (text: string): number | null => {
  if (text.trim() === '') return null;
  const uses = Number(text);
  return Number.isInteger(uses) && uses > 0 ? uses : Number.NaN;
};

function InviteForm({ onMade }: { onMade: () => void }) {
  const { t } = useTranslation();
  const room = useRoom();
  const code = useView((view) => view.room.code);
  const isChief = useIsChief();
  const [role, setRole] = useState<Invite['role']>('member');
  const [lasts, setLasts] = useState(0);
  const [uses, setUses] = useState('');
  const [note, setNote] = useState('');
  const [link, setLink] = useState<string | null>(null);
  const [busy, run] = useAction();
  const count = readUses(uses);
  const isWrong = Number.isNaN(count);

  async function make(): Promise<void> {
    if (isWrong) return;
    const ms = LASTS[lasts]?.ms ?? null;
    const receipt = await room.createInvite({
      role,
      note: note.trim(),
      ...(ms === null ? {} : { expiresAt: Date.now() + ms }),
      ...(count === null ? {} : { uses: count }),
    });
    if (receipt.status === 'done')
      setLink(inviteLink(`${location.origin}${roomPath(code)}`, receipt.result.secret));
    setNote('');
    onMade();
  }

  return (
    <form
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void run(make);
      }}
    >
      <Select
        label={t('host.inviteRole')}
        value={role}
        onChange={({ target }) => setRole(INVITE_ROLES.find((one) => one === target.value) ?? 'member')}
      >
        {INVITE_ROLES.filter((one) => isChief || one !== 'cohost').map((one) => (
          <option key={one} value={one}>
            {t(`role.${one}`)}
          </option>
        ))}
      </Select>
      <Select
        label={t('host.inviteLasts')}
        value={lasts}
        onChange={({ target }) => setLasts(Number(target.value))}
      >
        {LASTS.map(({ label }, index) => (
          <option key={label} value={index}>
            {t(label)}
          </option>
        ))}
      </Select>
      <Field
        label={t('host.inviteUses')}
        hint={t('host.inviteUsesHint')}
        error={isWrong ? t('host.inviteUsesWrong') : undefined}
        value={uses}
        onChange={(event) => setUses(event.target.value)}
        inputMode="numeric"
        autoComplete="off"
      />
      <Field
        label={t('host.inviteNote')}
        hint={t('host.inviteNoteHint')}
        value={note}
        onChange={(event) => setNote(event.target.value)}
        maxLength={200}
        autoComplete="off"
      />
      <Button type="submit" busy={busy} className="self-start">
        {t('host.inviteMake')}
      </Button>
      {link === null ? null : (
        <Secret
          label={t('host.inviteLink')}
          text={link}
          copy={t('host.inviteCopy')}
          hint={t('host.inviteOnce')}
        />
      )}
    </form>
  );
}

const STATES = {
  usable: 'host.inviteUsable',
  revoked: 'host.inviteRevoked',
  expired: 'host.inviteExpired',
  used: 'host.inviteUsed',
} as const;

function InviteRow({ invite, onChanged }: { invite: Invite; onChanged: () => void }) {
  const { t } = useTranslation();
  const locale = useFormatLocale();
  const room = useRoom();
  const isChief = useIsChief();
  const [busy, run] = useAction();
  const { id, role, note, createdAt, expiresAt, uses, used, state } = invite;
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const name = note === '' ? time.format(createdAt) : note;
  const facts = [
    t(`role.${role}`),
    t(STATES[state]),
    uses === null ? t('host.inviteCount', { count: used }) : t('host.inviteCountOf', { used, uses }),
    ...(expiresAt === null ? [] : [t('host.inviteUntil', { time: time.format(expiresAt) })]),
  ];
  return (
    <li className="flex items-center gap-3 border-t border-line py-2">
      <div className="min-w-0 flex-1">
        <p className="text-sm font-medium wrap-anywhere">{name}</p>
        <p className="text-sm text-muted">{facts.join(' · ')}</p>
      </div>
      {state === 'usable' && (isChief || role !== 'cohost') ? (
        <Button
          busy={busy}
          aria-label={t('host.inviteRevokeName', { name })}
          onClick={() => void run(() => room.revokeInvite(id)).then(onChanged)}
        >
          {t('host.inviteRevoke')}
        </Button>
      ) : null}
    </li>
  );
}
