import { useTranslation } from 'react-i18next';
import type { AuthoritySettings as Settings } from '../../../../src/protocol/index.ts';
import { LIMITS } from '../../../../src/protocol/index.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';
import { useChanges } from '../../ui/use-action.ts';
import { useRoom, useView } from '../room-context.tsx';

const WHEN_GONE = {
  cohost: 'authority.cohost',
  member: 'authority.member',
  wait: 'authority.wait',
  end: 'authority.end',
} as const satisfies Record<Settings['whenHostGone'], string>;

const isWhenGone = (text: string): text is Settings['whenHostGone'] => Object.hasOwn(WHEN_GONE, text);

/** What happens when the host is gone, and how far co-hosts may go. What is shown is what the room says. */
export function AuthoritySettings() {
  const { t } = useTranslation();
  const room = useRoom();
  const authority = useView((view) => view.authority);
  const run = useChanges();
  if (authority === null) return null;
  const set = (settings: Partial<Settings>) => void run(() => room.setAuthority(settings));
  const setMinutes = (text: string) => {
    const seconds = Math.round(Number(text) * 60);
    const isSensible = text.trim() !== '' && seconds >= 0 && seconds <= LIMITS.hostGraceSeconds;
    if (isSensible && seconds !== authority.hostGraceSeconds) set({ hostGraceSeconds: seconds });
  };
  return (
    <>
      <Select
        label={t('authority.whenGone')}
        value={authority.whenHostGone}
        onChange={({ target }) => isWhenGone(target.value) && set({ whenHostGone: target.value })}
      >
        {Object.entries(WHEN_GONE).map(([value, label]) => (
          <option key={value} value={value}>
            {t(label)}
          </option>
        ))}
      </Select>
      <Field
        key={authority.hostGraceSeconds}
        className="mt-3 mb-2"
        label={t('authority.grace')}
        hint={t('authority.graceHint')}
        defaultValue={String(authority.hostGraceSeconds / 60)}
        inputMode="decimal"
        autoComplete="off"
        onBlur={(event) => setMinutes(event.target.value)}
      />
      <Switch
        label={t('authority.reclaim')}
        hint={t('authority.reclaimHint')}
        checked={authority.reclaim === 'automatic'}
        onChange={(on) => set({ reclaim: on ? 'automatic' : 'manual' })}
      />
      <Switch
        label={t('authority.mayEnd')}
        checked={authority.cohostsMayEnd}
        onChange={(cohostsMayEnd) => set({ cohostsMayEnd })}
      />
      <Switch
        label={t('authority.equal')}
        hint={t('authority.equalHint')}
        checked={authority.cohostsAreEqual}
        onChange={(cohostsAreEqual) => set({ cohostsAreEqual })}
      />
    </>
  );
}
