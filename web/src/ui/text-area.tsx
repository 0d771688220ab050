import { useId } from 'react';
import { inputClass } from './field.tsx';

type TextAreaProps = {
  label: string;
  hint?: string;
  /** In words, what is wrong; undefined where nothing is. */
  error?: string | undefined;
  value: string;
  rows?: number;
  onChange: (text: string) => void;
};

/** Several lines to fill in, with label, hint and what is wrong, tied together for screen readers. */
export function TextArea({ label, hint, error, value, rows = 3, onChange }: TextAreaProps) {
  const id = useId();
  const described = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`];
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <textarea
        id={id}
        dir="auto"
        rows={rows}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={error !== undefined}
        aria-describedby={described.join(' ').trim() || undefined}
        className={inputClass}
      />
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className="mt-1 text-sm text-muted">
          {hint}
        </p>
      )}
      {error === undefined ? null : (
        <p id={`${id}-error`} className="mt-1 text-sm text-danger">
          {error}
        </p>
      )}
    </div>
  );
}
