import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ADDRESS_TYPES, readMediaAddress } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { type AddressType, TYPE_NAMES, typeOfAddress } from './kinds.ts';
import { useAdding } from './use-adding.ts';

const isType = (text: string): text is AddressType => ADDRESS_TYPES.some((type) => type === text);

/** What another server has. The browsers of all who watch fetch it there. */
export function AddAddress({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<AddressType | null>(null);
  const [wrong, setWrong] = useState(false);
  const { busy, fault, add } = useAdding();
  const type = chosen ?? typeOfAddress(text) ?? 'video/mp4';

  async function send(): Promise<void> {
    // The room would refuse it, and the browser is not to open it before.
    const address = readMediaAddress(text.trim());
    setWrong(!address.ok);
    if (address.ok && (await add({ kind: 'address', url: address.value, type }, type))) onDone();
  }

  return (
    <form
      noValidate
      aria-label={t('screening.fromAddress')}
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Field
        label={t('screening.address')}
        type="url"
        inputMode="url"
        placeholder="https://"
        value={text}
        onChange={(event) => setText(event.target.value)}
        error={wrong ? t('error.address_refused') : (fault ?? undefined)}
      />
      <Select
        label={t('screening.type')}
        value={type}
        onChange={({ target }) => isType(target.value) && setChosen(target.value)}
      >
        {ADDRESS_TYPES.map((one) => (
          <option key={one} value={one}>
            {t(`screening.types.${TYPE_NAMES[one]}`)}
          </option>
        ))}
      </Select>
      <Button type="submit" kind="primary" busy={busy !== null} disabled={text.trim() === ''}>
        {t('screening.add')}
      </Button>
    </form>
  );
}
