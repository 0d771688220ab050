import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditRow, CommandResult } from '../../../../src/protocol/index.ts';
import { Button } from '../../ui/button.tsx';
import { useAction } from '../../ui/use-action.ts';
import { Time } from '../chat/time.tsx';
import { useRoom } from '../room-context.tsx';
import { auditTextOf } from './audit-text.ts';

/** Rows that are asked for at once. */
const PAGE = 30;

type Page = CommandResult<'audit.page'>;

/** Who did what with a host's authority, the newest first, as it was when it was asked. */
export function AuditList() {
  const { t } = useTranslation();
  const room = useRoom();
  const [page, setPage] = useState<Page | null>(null);
  const [busy, run] = useAction();
  const load = async (before: number | null) => {
    const receipt = await room.audit({ limit: PAGE, ...(before === null ? {} : { before }) });
    if (receipt.status !== 'done') return;
    const { rows, next, names } = receipt.result;
    setPage((known) =>
      before === null || known === null
        ? receipt.result
        : { rows: [...rows, ...known.rows], next, names: { ...known.names, ...names } },
    );
  };
  const next = page?.next ?? null;
  return (
    <>
      {page === null ? null : (
        <ol className="mb-3">
          {[...page.rows].reverse().map((row) => (
            <AuditLine key={row.seq} row={row} names={page.names} />
          ))}
          {page.rows.length === 0 ? <li className="text-sm text-muted">{t('audit.none')}</li> : null}
        </ol>
      )}
      <div className="flex flex-wrap gap-2">
        <Button busy={busy} onClick={() => void run(() => load(null))}>
          {t(page === null ? 'audit.show' : 'audit.again')}
        </Button>
        {next === null ? null : (
          <Button busy={busy} onClick={() => void run(() => load(next))}>
            {t('audit.earlier')}
          </Button>
        )}
      </div>
    </>
  );
}

function AuditLine({ row, names }: { row: AuditRow; names: Page['names'] }) {
  const { t } = useTranslation();
  const kept = typeof row.detail.name === 'string' ? row.detail.name : undefined;
  const who = row.by === null ? t('audit.theRoom') : (names[row.by] ?? t('chat.somebody'));
  const whom = row.member === null ? '' : (names[row.member] ?? kept ?? t('chat.somebody'));
  const count = typeof row.detail.count === 'number' ? row.detail.count : 0;
  const text = auditTextOf(row);
  const values = { who, whom: whom === '' && count > 0 ? t('audit.people', { count }) : whom };
  return (
    <li className="border-t border-line py-2 text-sm wrap-anywhere first:border-t-0">
      {text === null ? `${who}: ${row.action} ${whom}` : t(text, values)} <Time at={row.at} />
    </li>
  );
}
