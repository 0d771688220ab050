import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useIsChief, useRoom } from '../room-context.tsx';
import { AttendanceButtons } from './attendance.tsx';
import { PolicySwitches } from './policy-switches.tsx';
import { Section } from './section.tsx';
import { SettingsForm } from './settings-form.tsx';

/** What host and co-host steer the room with. */
export function HostPanel({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const isChief = useIsChief();
  return (
    <Dialog place="sheet" open={open} onClose={onClose} title={t('host.title')}>
      <Section title={t('host.policyTitle')} text={t('host.policyText')}>
        <PolicySwitches />
      </Section>
      <Section title={t('host.settingsTitle')}>
        <SettingsForm />
      </Section>
      <Section title={t('host.attendanceTitle')} text={t('host.attendanceText')}>
        <AttendanceButtons />
      </Section>
      {isChief ? (
        <Section title={t('host.endTitle')} text={t('host.endText')}>
          <EndMeeting />
        </Section>
      ) : null}
    </Dialog>
  );
}

function EndMeeting() {
  const { t } = useTranslation();
  const room = useRoom();
  const [asking, setAsking] = useState(false);
  const [busy, run] = useAction();
  return (
    <>
      <Button kind="danger" onClick={() => setAsking(true)}>
        {t('host.end')}
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t('host.endQuestion')}
        text={t('host.endWarning')}
        action={t('host.endConfirm')}
        busy={busy}
        onConfirm={() => void run(() => room.end())}
      />
    </>
  );
}
