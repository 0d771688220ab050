import type { ReactNode } from 'react';
import { Link } from '../../app/router.tsx';

type ListRowProps = {
  href: string;
  /** Whether it is what is shown beside the list. */
  current: boolean;
  /** A picture; decoration. */
  face: ReactNode;
  name: string;
  /** Beside the name, small. */
  time?: ReactNode;
  /** Below the name. */
  line: ReactNode;
  /** At the end of that line. */
  badges?: ReactNode;
  /** Whether there is something new in it. */
  strong?: boolean;
};

/** One line of a list that leads somewhere. */
export function ListRow({ href, current, face, name, time, line, badges, strong = false }: ListRowProps) {
  return (
    <li>
      <Link
        href={href}
        aria-current={current ? 'page' : undefined}
        className="flex min-h-16 items-center gap-3 rounded-xl px-3 py-2 -outline-offset-2 hover:bg-accent-soft aria-[current=page]:bg-accent-soft"
      >
        {face}
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span className={`min-w-0 flex-1 truncate ${strong ? 'font-semibold' : 'font-medium'}`}>
              {name}
            </span>
            {time}
          </span>
          <span className="flex min-h-5 items-center gap-2">
            <span className={`min-w-0 flex-1 truncate text-sm ${strong ? 'text-ink' : 'text-muted'}`}>
              {line}
            </span>
            {badges}
          </span>
        </span>
      </Link>
    </li>
  );
}
