import { UsersRound } from 'lucide-react';
import { hueOf } from '../../ui/person.ts';

const HUES = ['bg-hue-1', 'bg-hue-2', 'bg-hue-3', 'bg-hue-4', 'bg-hue-5', 'bg-hue-6'] as const;

/** The mark of a group: several people, on a ground of its own, and square, so that it is nobody's picture. */
export function GroupFace({ code }: { code: string }) {
  return (
    <span
      aria-hidden
      className={`flex size-10 shrink-0 items-center justify-center rounded-xl ${HUES[hueOf(code, HUES.length)]}`}
    >
      <UsersRound className="size-5" />
    </span>
  );
}
