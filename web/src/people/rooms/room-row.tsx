import { type LucideIcon, Mail, StarOff, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Meeting } from '../../../../src/protocol/index.ts';
import { Link } from '../../app/router.tsx';
import { roomPath } from '../../app/routes.ts';
import { IconButton } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useInbox, useInboxView } from '../inbox-context.ts';
import { enterRoom } from './enter-room.ts';

type RoomRowProps = {
  icon: LucideIcon;
  code: string;
  name: string;
  /** Below the name; left out: nothing. */
  line?: string;
  /** Instead of following the link. */
  onGo?: () => void;
  /** A button at the end. */
  end: ReactNode;
};

/** A room that somebody can go to again. */
export function RoomRow({ icon: Icon, code, name, line, onGo, end }: RoomRowProps) {
  return (
    <li className="-mx-2 flex items-center gap-1">
      <Link
        href={roomPath(code)}
        onClick={(event) => {
          if (onGo === undefined) return;
          event.preventDefault();
          onGo();
        }}
        className="flex min-h-12 min-w-0 flex-1 items-center gap-3 rounded-lg px-2 py-1 hover:bg-accent-soft"
      >
        <Icon aria-hidden className="size-5 shrink-0 text-muted" />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{name}</span>
          {line === undefined ? null : <span className="block truncate text-sm text-muted">{line}</span>}
        </span>
      </Link>
      {end}
    </li>
  );
}

/** A room that somebody invites to; going there takes the invitation along. */
export function InvitationRow({ meeting: { code, name, invitedBy, invite } }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const self = useInboxView((view) => view.self.name);
  return (
    <RoomRow
      icon={Mail}
      code={code}
      name={name}
      line={t('mine.invitedBy', { name: invitedBy?.name ?? t('chat.somebody') })}
      onGo={() => enterRoom(code, self, invite)}
      end={<ForgetButton code={code} name={name} />}
    />
  );
}

export function ForgetButton({ code, name }: { code: string; name: string }) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const [busy, run] = useAction();
  return (
    <IconButton
      label={t('mine.forget', { name })}
      icon={X}
      className="text-muted"
      disabled={busy}
      onClick={() => void run(() => inbox.forgetMeeting(code))}
    />
  );
}

export function UnstarButton({ code, name }: { code: string; name: string }) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const [busy, run] = useAction();
  return (
    <IconButton
      label={t('mine.unstarName', { name })}
      icon={StarOff}
      className="text-muted"
      disabled={busy}
      onClick={() => void run(() => inbox.removeFavourite('room', code))}
    />
  );
}
