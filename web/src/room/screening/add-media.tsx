import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/dialog.tsx';
import { Section } from '../../ui/section.tsx';
import { useView } from '../room-context.tsx';
import { AddAddress } from './add-address.tsx';
import { AddFile } from './add-file.tsx';

/** Puts something on the list: a file of the room, or what another server has, where that is allowed. */
export function AddMedia({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const addresses = useView(({ watch }) => watch.addresses);
  return (
    <Dialog place="sheet" title={t('screening.addTitle')} open={open} onClose={onClose}>
      <Section title={t('screening.fromFiles')} text={t('screening.fromFilesText')}>
        <AddFile onDone={onClose} />
      </Section>
      {addresses === 'off' ? null : (
        <Section title={t('screening.fromAddress')} text={t('screening.fromAddressText')}>
          <AddAddress onDone={onClose} />
        </Section>
      )}
    </Dialog>
  );
}
