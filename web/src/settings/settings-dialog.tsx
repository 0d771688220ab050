import './texts.ts';
import { Volume2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAccount } from '../account/accounts.ts';
import { type NotifyState, notifyState, wantNotes } from '../alerts/notify.ts';
import { heard, notifying, ringing } from '../alerts/preferences.ts';
import { playTone, TONE_NAMES, type Tone } from '../alerts/tones.ts';
import { chooseLanguage, isLanguage, LANGUAGES } from '../app/i18n.ts';
import { chooseTheme, THEMES, useTheme } from '../app/theme.ts';
import { useShortcutsOn } from '../room/call/preferences.ts';
import { IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Section } from '../ui/section.tsx';
import { Select } from '../ui/select.tsx';
import { Switch } from '../ui/switch.tsx';
import { useChanges } from '../ui/use-action.ts';
import { ShortcutList } from './shortcut-list.tsx';

type SettingsDialogProps = {
  open: boolean;
  onClose: () => void;
  /** What there is to set where they were opened, beside what holds everywhere. */
  children?: ReactNode;
};

/** All that people set for themselves in this browser. */
export function SettingsDialog({ open, onClose, children }: SettingsDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog place="sheet" open={open} onClose={onClose} title={t('app.settings')}>
      {children === undefined ? null : <Section title={t('settings.devices')}>{children}</Section>}
      <Section title={t('settings.sounds')} text={t('settings.soundsText')}>
        {TONE_NAMES.map((tone) => (
          <ToneSwitch key={tone} tone={tone} />
        ))}
        <RingSwitch />
      </Section>
      <Section title={t('settings.notes')}>
        <NotesSwitch />
      </Section>
      <Section title={t('settings.look')}>
        <Looks />
      </Section>
      <Section title={t('settings.keyboard')}>
        <Keys />
      </Section>
    </Dialog>
  );
}

function ToneSwitch({ tone }: { tone: Tone }) {
  const { t } = useTranslation();
  const [on, set] = heard[tone].use();
  const what = t(`settings.sound.${tone}`);
  return (
    <div className="flex items-start gap-1">
      <div className="min-w-0 flex-1">
        <Switch label={what} checked={on} onChange={set} />
      </div>
      <IconButton label={t('settings.try', { what })} icon={Volume2} onClick={() => playTone(tone)} />
    </div>
  );
}

/** Only people with an account can be called. */
function RingSwitch() {
  const { t } = useTranslation();
  const account = useAccount();
  const [on, set] = ringing.use();
  if (account === null) return null;
  return (
    <div className="pr-11">
      <Switch label={t('settings.ring')} checked={on} onChange={set} />
    </div>
  );
}

const HINTS = {
  on: 'settings.noteHint',
  off: 'settings.noteHint',
  denied: 'settings.noteDenied',
  none: 'settings.noteNone',
} as const satisfies Readonly<Record<NotifyState, string>>;

function NotesSwitch() {
  const { t } = useTranslation();
  const [wanted, want] = notifying.use();
  // What the browser was asked is its own affair until it has answered.
  const [, setAnswer] = useState<NotifyState | null>(null);
  const state = notifyState(wanted);
  return (
    <Switch
      label={t('settings.note')}
      hint={t(HINTS[state])}
      checked={state === 'on'}
      disabled={state === 'denied' || state === 'none'}
      onChange={(on) => (on ? void wantNotes().then(setAnswer, () => setAnswer('off')) : want(false))}
    />
  );
}

function Looks() {
  const { t, i18n } = useTranslation();
  const [theme] = useTheme();
  const change = useChanges();
  return (
    <div className="flex flex-col gap-4">
      <Select
        label={t('app.language')}
        value={i18n.language}
        onChange={({ target }) => {
          const language = target.value;
          if (isLanguage(language)) void change(() => chooseLanguage(language));
        }}
      >
        {Object.entries(LANGUAGES).map(([language, name]) => (
          <option key={language} value={language} lang={language}>
            {name}
          </option>
        ))}
      </Select>
      <Select
        label={t('settings.theme')}
        value={theme}
        onChange={({ target }) => chooseTheme(THEMES.find((one) => one === target.value) ?? 'system')}
      >
        {THEMES.map((one) => (
          <option key={one} value={one}>
            {t(`settings.themes.${one}`)}
          </option>
        ))}
      </Select>
    </div>
  );
}

function Keys() {
  const { t } = useTranslation();
  const [on, set] = useShortcutsOn();
  return (
    <>
      <Switch label={t('settings.keys')} hint={t('settings.keysHint')} checked={on} onChange={set} />
      <ShortcutList />
    </>
  );
}
