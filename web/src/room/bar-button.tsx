import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';

type BarButtonProps = ComponentProps<'button'> & {
  icon: LucideIcon;
  label: string;
  /** A number beside the picture. */
  count?: number;
};

/** A button of the bar under the conversation: a picture, and a number where there is something to count. */
export function BarButton({ icon: Icon, label, count = 0, ...rest }: BarButtonProps) {
  const name = count > 0 ? `${label}: ${count}` : label;
  return (
    <button
      type="button"
      aria-label={name}
      title={name}
      {...rest}
      className="flex min-h-10 min-w-10 shrink-0 items-center justify-center gap-1 rounded-lg px-2 text-sm font-medium transition-colors enabled:hover:bg-accent-soft disabled:cursor-not-allowed disabled:opacity-55 aria-pressed:bg-accent aria-pressed:text-on-accent enabled:aria-pressed:hover:bg-accent-strong"
    >
      <Icon aria-hidden className="size-5" />
      {count > 0 ? <span>{count}</span> : null}
    </button>
  );
}
