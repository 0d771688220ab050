import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { RoomRecords } from '../../../../src/client/index.ts';
import { EXPORT_FORMATS, type ExportFormat, type ExportKind } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { saveBlob } from '../../ui/save-file.ts';
import { useAction } from '../../ui/use-action.ts';

const KINDS = Object.keys(EXPORT_FORMATS).filter((kind): kind is ExportKind =>
  Object.hasOwn(EXPORT_FORMATS, kind),
);

/** Of which room, and who gives them. */
export interface RecordsOf {
  readonly records: RoomRecords;
  readonly code: string;
}

/** What was said, asked and done by hosts, as files. Works after the end too, until the room's data is deleted. */
export function ExportButtons(props: RecordsOf) {
  const { t } = useTranslation();
  return KINDS.map((kind) => (
    <fieldset key={kind} className="mt-3 min-w-0 first:mt-0">
      <legend className="mb-1 text-sm font-medium">{t(`exports.${kind}`)}</legend>
      <div className="flex flex-wrap gap-2">
        {EXPORT_FORMATS[kind].map((format) => (
          <ExportButton key={format} kind={kind} format={format} {...props} />
        ))}
      </div>
    </fieldset>
  ));
}

function ExportButton({
  kind,
  format,
  records,
  code,
}: RecordsOf & { kind: ExportKind; format: ExportFormat }) {
  const { t } = useTranslation();
  const [busy, run] = useAction();
  const name = t(`exports.as.${format}`);
  return (
    <Button
      icon={Download}
      busy={busy}
      aria-label={`${t(`exports.${kind}`)}: ${name}`}
      onClick={() =>
        void run(async () => saveBlob(await records.export(kind, format), `${kind}-${code}.${format}`))
      }
    >
      {name}
    </Button>
  );
}
