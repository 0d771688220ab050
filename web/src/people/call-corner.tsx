import { useParts } from './inbox-context.ts';

/** Calls, wherever somebody is on the page; and whether they are at it. Nothing for guests. */
export function CallCorner() {
  const parts = useParts();
  return parts === null ? null : <parts.Background />;
}
