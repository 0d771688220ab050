import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LookResponse } from '../../../../src/protocol/index.ts';
import { describeError } from '../../app/errors.ts';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useInbox, useInboxView } from '../inbox-context.ts';
import { GroupFace } from './group-face.tsx';

type Glimpse = Extract<LookResponse, { readonly group: unknown }>['group'];
type GroupOutsideProps = { code: string; onBack: (() => void) | null; onIn: () => void };

/** What somebody sees of a group who does not belong to it, and the way in. */
export function GroupOutside({ code, onBack, onIn }: GroupOutsideProps) {
  const { t } = useTranslation();
  const inbox = useInbox();
  const state = useInboxView(({ groups }) => groups.find(({ group }) => group === code)?.state);
  const [glimpse, setGlimpse] = useState<Glimpse | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, run] = useAction();

  // biome-ignore lint/correctness/useExhaustiveDependencies: what may be seen changes with how one stands in it.
  useEffect(() => {
    let isOver = false;
    inbox.group(code).then(
      (seen) => {
        if (isOver) return;
        if ('group' in seen) setGlimpse(seen.group);
        else onIn();
      },
      (reason: unknown) => {
        if (!isOver) setError(reason);
      },
    );
    return () => {
      isOver = true;
    };
  }, [inbox, code, state]);

  async function comeIn(): Promise<void> {
    await run(async () => {
      const answer = await inbox.joinGroup(code);
      if (answer.state === 'enrolled') onIn();
      else setGlimpse((before) => (before === null ? before : { ...before, asked: true }));
    });
  }

  if (glimpse === null)
    return (
      <Frame onBack={onBack}>
        <p role="status" className="text-muted">
          {error === null ? t('group.coming') : describeError(t, error)}
        </p>
      </Frame>
    );
  const { name, enrolled, invited, asked, joining } = glimpse;
  const mayCome = invited !== null || (joining !== 'invite' && !asked);
  return (
    <Frame onBack={onBack}>
      <GroupFace code={code} />
      <div>
        <h1 className="text-lg font-semibold tracking-tight wrap-anywhere">{name}</h1>
        <p className="text-sm text-muted">{t('group.members', { count: enrolled })}</p>
      </div>
      <p role="status">
        {invited === null
          ? asked
            ? t('group.enrolled')
            : `${t('group.notInText')} ${joining === 'invite' ? t('group.inviteOnly') : ''}`
          : t('group.invitedText', { name: invited.name })}
      </p>
      {mayCome ? (
        <Button kind="primary" busy={busy} onClick={() => void comeIn()}>
          {t(invited === null && joining === 'request' ? 'group.enrol' : 'group.enrolOpen')}
        </Button>
      ) : null}
      {asked && invited === null ? (
        <Button busy={busy} onClick={() => void run(() => inbox.leaveGroup(code))}>
          {t('group.withdraw')}
        </Button>
      ) : null}
    </Frame>
  );
}

function Frame({ onBack, children }: { onBack: (() => void) | null; children: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <main className="flex min-w-0 flex-1 flex-col items-center justify-center gap-4 p-8 text-center">
      {children}
      {onBack === null ? null : <Button onClick={onBack}>{t('people.back')}</Button>}
    </main>
  );
}
