import './texts.ts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Section } from '../../ui/section.tsx';
import { useAction } from '../../ui/use-action.ts';
import { SlowSetting } from '../chat/slow-setting.tsx';
import { ExportButtons } from '../exports/export-buttons.tsx';
import { AuditList } from '../moderation/audit-list.tsx';
import { AuthoritySettings } from '../moderation/authority-settings.tsx';
import { BanList } from '../moderation/ban-list.tsx';
import { StopAll } from '../moderation/stop-all.tsx';
import { useIsChief, useRoom, useView } from '../room-context.tsx';
import { AttendanceButtons } from './attendance.tsx';
import { DoorSettings } from './door-settings.tsx';
import { Invitations } from './invitations.tsx';
import { PasscodeForm } from './passcode-form.tsx';
import { PolicySwitches } from './policy-switches.tsx';
import { ScheduleForm } from './schedule-form.tsx';
import { SettingsForm } from './settings-form.tsx';

/** What host and co-host steer the room with. */
export function HostPanel({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const room = useRoom();
  const code = useView((view) => view.room.code);
  const isChief = useIsChief();
  const mayEnd = useView(({ authority }) => authority?.cohostsMayEnd === true) || isChief;
  return (
    <Dialog place="sheet" open={open} onClose={onClose} title={t('host.title')}>
      <Section title={t('host.policyTitle')} text={t('host.policyText')}>
        <PolicySwitches />
        <SlowSetting />
      </Section>
      <Section title={t('moderation.stopTitle')} text={t('moderation.stopText')}>
        <StopAll />
      </Section>
      <Section title={t('host.doorTitle')} text={t('host.doorText')}>
        <DoorSettings />
      </Section>
      <Section title={t('host.passcodeTitle')}>
        <PasscodeForm />
      </Section>
      <Section title={t('host.invitesTitle')} text={t('host.invitesText')}>
        <Invitations />
      </Section>
      <Section title={t('host.scheduleTitle')}>
        <ScheduleForm />
      </Section>
      <Section title={t('host.settingsTitle')}>
        <SettingsForm />
      </Section>
      <Section title={t('host.attendanceTitle')} text={t('host.attendanceText')}>
        <AttendanceButtons records={room} code={code} />
      </Section>
      {isChief ? (
        <Section title={t('authority.title')}>
          <AuthoritySettings />
        </Section>
      ) : null}
      <Section title={t('moderation.bansTitle')}>
        <BanList />
      </Section>
      <Section title={t('audit.title')} text={t('audit.text')}>
        <AuditList />
      </Section>
      <Section title={t('exports.title')} text={t('exports.text')}>
        <ExportButtons records={room} code={code} />
      </Section>
      {mayEnd ? (
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
