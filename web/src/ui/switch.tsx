import { Switch as Primitive } from '@base-ui/react/switch';
import { useId } from 'react';

type SwitchProps = {
  label: string;
  hint?: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
};

/** A labelled switch; the whole line can be pressed. */
export function Switch({ label, hint, checked, disabled = false, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4 py-2">
      <div className="min-w-0">
        <label htmlFor={id} id={`${id}-label`} className="block cursor-pointer text-sm font-medium">
          {label}
        </label>
        {hint === undefined ? null : (
          <p id={`${id}-hint`} className="mt-1 text-sm text-muted">
            {hint}
          </p>
        )}
      </div>
      <Primitive.Root
        nativeButton
        render={<button type="button" />}
        id={id}
        aria-labelledby={`${id}-label`}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
        className="relative h-6 w-11 shrink-0 rounded-full border border-edge bg-canvas transition-colors data-checked:border-accent data-checked:bg-accent data-disabled:opacity-55"
      >
        <Primitive.Thumb className="absolute top-1/2 left-1 block size-4 -translate-y-1/2 rounded-full bg-muted transition-transform data-checked:translate-x-[1.125rem] data-checked:bg-on-accent" />
      </Primitive.Root>
    </div>
  );
}
