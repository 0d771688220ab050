import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { useAction } from '../../ui/use-action.ts';
import type { RecordsOf } from '../exports/export-buttons.tsx';

const TYPES = { csv: 'text/csv', json: 'application/json' } as const;

/** The list of who was there, as a file. Works after the end too, until the room's data is deleted. */
export function AttendanceButtons({ records, code }: RecordsOf) {
  const { t } = useTranslation();
  const [busy, run] = useAction();

  async function download(format: 'csv' | 'json'): Promise<void> {
    const list = await records.attendance(format);
    const text = typeof list === 'string' ? list : JSON.stringify(list, null, 2);
    saveFile(text, TYPES[format], `attendance-${code}.${format}`);
  }

  return (
    <div className="flex flex-wrap gap-2">
      <Button icon={Download} busy={busy} onClick={() => void run(() => download('csv'))}>
        {t('host.csv')}
      </Button>
      <Button icon={Download} busy={busy} onClick={() => void run(() => download('json'))}>
        {t('host.json')}
      </Button>
    </div>
  );
}
