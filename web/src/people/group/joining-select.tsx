import { useTranslation } from 'react-i18next';
import type { Joining } from '../../../../src/protocol/index.ts';
import { Select } from '../../ui/select.tsx';

const WORDS = {
  invite: 'group.joiningInvite',
  request: 'group.joiningRequest',
  open: 'group.joiningOpen',
} as const satisfies Record<Joining, string>;

const isJoining = (text: string): text is Joining => Object.hasOwn(WORDS, text);

/** Who may come into a group. */
export function JoiningSelect({ value, onChange }: { value: Joining; onChange: (joining: Joining) => void }) {
  const { t } = useTranslation();
  return (
    <Select
      label={t('group.joining')}
      value={value}
      onChange={(event) => {
        if (isJoining(event.target.value)) onChange(event.target.value);
      }}
    >
      {Object.entries(WORDS).map(([joining, word]) => (
        <option key={joining} value={joining}>
          {t(word)}
        </option>
      ))}
    </Select>
  );
}
