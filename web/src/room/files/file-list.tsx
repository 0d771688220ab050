import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FILE_ORDERS, type FileInfo, type FileOrder } from '../../../../src/protocol/index.ts';
import { useFormatLocale } from '../../app/use-format-locale.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useNameOf, useView } from '../room-context.tsx';
import { FileWithActions } from './file-actions.tsx';
import { formatSize } from './file-size.ts';
import { useFileList } from './use-file-list.ts';

const ORDER_TEXTS = {
  newest: 'files.orderNewest',
  oldest: 'files.orderOldest',
  name: 'files.orderName',
  size: 'files.orderSize',
} as const satisfies Readonly<Record<FileOrder, string>>;

const isOrder = (text: string): text is FileOrder => FILE_ORDERS.some((order) => order === text);

/** All files of the room, to be searched and put in order. */
export function FileList() {
  const { t } = useTranslation();
  const locale = useFormatLocale();
  const total = useView((view) => view.files.count);
  const bytes = useView((view) => view.files.bytes);
  const [search, setSearch] = useState('');
  const [order, setOrder] = useState<FileOrder>('newest');
  const { files, count, hasMore, fault, more } = useFileList(search, order);
  const [loading, run] = useAction();
  const isSearch = search.trim() !== '';
  if (total === 0 && !isSearch) return <p className="mt-2 text-sm text-muted">{t('files.none')}</p>;
  return (
    <>
      <div className="mt-1 mb-3 grid grid-cols-2 gap-3">
        <Field
          label={t('files.search')}
          type="search"
          value={search}
          autoComplete="off"
          onChange={(event) => setSearch(event.target.value)}
        />
        <Select
          label={t('files.order')}
          value={order}
          onChange={(event) => {
            if (isOrder(event.target.value)) setOrder(event.target.value);
          }}
        >
          {FILE_ORDERS.map((one) => (
            <option key={one} value={one}>
              {t(ORDER_TEXTS[one])}
            </option>
          ))}
        </Select>
      </div>
      {fault === null ? null : <Alert>{fault}</Alert>}
      <p role="status" className="mb-2 text-sm text-muted">
        {isSearch
          ? count === null
            ? ''
            : t('files.found', { count })
          : t('files.total', { count: total, size: formatSize(locale, bytes) })}
      </p>
      <ul aria-label={t('files.title')} className="flex flex-col">
        {files.map((file) => (
          <li key={file.file} className="border-t border-line py-2 first:border-t-0">
            <FileWithActions file={file}>
              <About file={file} />
            </FileWithActions>
          </li>
        ))}
      </ul>
      {hasMore ? (
        <Button kind="quiet" busy={loading} className="mt-2 w-full" onClick={() => void run(more)}>
          {t('files.more')}
        </Button>
      ) : null}
    </>
  );
}

/** How large it is, who has shared it, and when. */
function About({ file }: { file: FileInfo }) {
  const { t } = useTranslation();
  const locale = useFormatLocale();
  const nameOf = useNameOf();
  const self = useView((view) => view.self.id);
  const who = file.by === self ? t('roster.you') : (nameOf(file.by) ?? t('chat.somebody'));
  const date = new Date(file.at);
  // Of today the time is enough.
  const isToday = date.toDateString() === new Date().toDateString();
  const style = isToday ? ({ timeStyle: 'short' } as const) : ({ dateStyle: 'medium' } as const);
  return (
    <p className="text-sm text-muted wrap-anywhere">
      {formatSize(locale, file.size)} · {who} ·{' '}
      <time
        dateTime={date.toISOString()}
        className="whitespace-nowrap"
        title={new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' }).format(date)}
      >
        {new Intl.DateTimeFormat(locale, style).format(date)}
      </time>
    </p>
  );
}
