import { hueOf, initialOf } from './person.ts';

const HUES = ['bg-hue-1', 'bg-hue-2', 'bg-hue-3', 'bg-hue-4', 'bg-hue-5', 'bg-hue-6'] as const;

/** A person's initial on a ground of their own. Decoration: the name stands beside it. */
export function Avatar({ id, name, dim = false }: { id: string; name: string; dim?: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={`flex size-8 shrink-0 items-center justify-center rounded-full text-sm font-semibold ${HUES[hueOf(id, HUES.length)]} ${dim ? 'opacity-50' : ''}`}
    >
      {initialOf(name)}
    </span>
  );
}
