import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { AttendanceButtons } from '../host/attendance.tsx';
import { ExportButtons, type RecordsOf } from './export-buttons.tsx';

/** What hosts take home after the meeting, as long as its data is kept. */
export function TakeHome({ children, ...of }: RecordsOf & { children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <section className="mt-4 rounded-2xl border border-line bg-surface p-6 sm:px-8">
      <h2 className="text-lg font-semibold tracking-tight">{t('over.take')}</h2>
      <p className="mt-1 mb-4 text-sm text-muted">{t('over.takeText')}</p>
      <h3 className="mb-1 text-sm font-medium">{t('host.attendanceTitle')}</h3>
      <AttendanceButtons {...of} />
      <div className="mt-4">
        <ExportButtons {...of} />
      </div>
      {children}
    </section>
  );
}
