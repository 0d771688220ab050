import type { ComponentProps } from 'react';
import { useId } from 'react';
import { inputClass } from './field.tsx';

type SelectProps = Omit<ComponentProps<'select'>, 'id'> & { label: string };

/** A list to choose one thing from, with its label. */
export function Select({ label, children, ...rest }: SelectProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <select id={id} {...rest} className={inputClass}>
        {children}
      </select>
    </div>
  );
}
