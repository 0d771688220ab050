import type { LucideIcon } from 'lucide-react';
import { LoaderCircle } from 'lucide-react';
import type { ComponentProps } from 'react';

export type ButtonKind = 'primary' | 'secondary' | 'quiet' | 'danger';

const BASE =
  'inline-flex items-center justify-center gap-2 rounded-lg font-medium transition-colors select-none disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55';

const KINDS: Readonly<Record<ButtonKind, string>> = {
  primary: 'bg-accent text-on-accent enabled:hover:bg-accent-strong',
  secondary: 'border border-edge bg-surface text-ink enabled:hover:bg-accent-soft',
  quiet: 'text-ink enabled:hover:bg-accent-soft',
  danger: 'bg-danger text-on-danger enabled:hover:brightness-110',
};

/** The look of a button, for links that stand where a button would. */
export const buttonClass = (kind: ButtonKind): string => `${BASE} min-h-tap px-4 py-2 text-sm ${KINDS[kind]}`;

type ButtonProps = ComponentProps<'button'> & { kind?: ButtonKind; icon?: LucideIcon; busy?: boolean };

export function Button({
  kind = 'secondary',
  icon: Icon,
  busy = false,
  className = '',
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      aria-busy={busy || undefined}
      {...rest}
      disabled={rest.disabled === true || busy}
      className={`${buttonClass(kind)} ${className}`}
    >
      {busy ? (
        <LoaderCircle aria-hidden className="size-4 animate-spin" />
      ) : (
        Icon && <Icon aria-hidden className="size-4" />
      )}
      {children}
    </button>
  );
}

type IconButtonProps = ComponentProps<'button'> & { label: string; icon: LucideIcon; kind?: ButtonKind };

/** A button with a picture only; the label is read aloud and shown on hover. */
export function IconButton({ label, icon: Icon, kind = 'quiet', className = '', ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={`${BASE} size-tap shrink-0 ${KINDS[kind]} ${className}`}
    >
      <Icon aria-hidden className="size-5" />
    </button>
  );
}
