type BadgeProps = {
  count: number;
  /** What is counted, in words; read aloud instead of the number alone. */
  label: string;
  /** Draws less attention: for what can wait. */
  quiet?: boolean;
};

/** Numbers above this are told as more than it. */
const MOST = 99;

/** How many there are of something, as a small round number; nothing where there is none. */
export function Badge({ count, label, quiet = false }: BadgeProps) {
  if (count <= 0) return null;
  return (
    <>
      <span
        aria-hidden
        className={`inline-flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full px-1 text-xs font-semibold tabular-nums ${quiet ? 'border border-edge text-muted' : 'bg-accent text-on-accent'}`}
      >
        {count > MOST ? `${MOST}+` : count}
      </span>
      <span className="sr-only">{label}</span>
    </>
  );
}
