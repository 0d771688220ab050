import type { ComponentProps, ReactNode } from 'react';
import { useId } from 'react';

export const inputClass =
  'min-h-11 w-full rounded-lg border border-edge bg-raised px-3 py-2 text-base text-ink placeholder:text-muted disabled:opacity-55 aria-invalid:border-danger';

export type FieldProps = Omit<ComponentProps<'input'>, 'id'> & {
  label: string;
  hint?: ReactNode;
  /** In words, what is wrong; undefined where nothing is. */
  error?: string | undefined;
  /** A button inside the field, at its end. */
  end?: ReactNode;
};

/** A line to fill in, with its label, a hint and what is wrong with it, all tied together for screen readers. */
export function Field({ label, hint, error, end, className = '', ...input }: FieldProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const described = [hint === undefined ? '' : hintId, error === undefined ? '' : errorId].join(' ').trim();
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <div className="relative">
        <input
          id={id}
          aria-invalid={error !== undefined}
          aria-describedby={described === '' ? undefined : described}
          {...input}
          className={end === undefined ? inputClass : `${inputClass} pr-12`}
        />
        {end === undefined ? null : (
          <div className="absolute inset-y-0 right-0.5 flex items-center">{end}</div>
        )}
      </div>
      {hint === undefined ? null : (
        <p id={hintId} className="mt-1 text-sm text-muted">
          {hint}
        </p>
      )}
      {error === undefined ? null : (
        <p id={errorId} className="mt-1 text-sm text-danger">
          {error}
        </p>
      )}
    </div>
  );
}
