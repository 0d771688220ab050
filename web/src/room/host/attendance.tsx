import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { useAction } from '../../ui/use-action.ts';
import { useRoom, useView } from '../room-context.tsx';

const TYPES = { csv: 'text/csv', json: 'application/json' } as const;

/** The list of who was there, as a file. Works after the end too, until the room's data is deleted. */
export function AttendanceButtons() {
  const { t } = useTranslation();
  const room = useRoom();
  const code = useView((view) => view.room.code);
  const [busy, run] = useAction();

  async function download(format: 'csv' | 'json'): Promise<void> {
    const list = await room.attendance(format);
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
