import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Tick } from '../../../../src/client/index.ts';

const ICONS = {
  waiting: Clock,
  sending: Clock,
  sent: Check,
  delivered: CheckCheck,
  read: CheckCheck,
} as const;

/** How far a message has come: one tick, two, two in colour; in words for screen readers. */
export function Ticks({ tick }: { tick: Tick | 'waiting' | 'sending' }) {
  const { t } = useTranslation();
  const label = t(`direct.${tick}`);
  const Icon = tick === 'failed' ? CircleAlert : ICONS[tick];
  const colour = tick === 'read' ? 'text-accent' : tick === 'failed' ? 'text-danger' : 'text-muted';
  return (
    <span title={label} className={`inline-flex ${colour}`}>
      <Icon aria-hidden className="size-4" />
      <span className="sr-only">{label}</span>
    </span>
  );
}
