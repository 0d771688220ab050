import { useMemo, useState } from 'react';
import type { CallMember } from '../../../../src/client/call/index.ts';
import { useView } from '../room-context.tsx';
import { useCallView } from './call-context.tsx';
import { hearing, type Seen, SILENCE } from './tiles.ts';

const NOBODY: ReadonlyMap<string, CallMember> = new Map();

const isSame = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && Array.from(a).every((id) => b.has(id));

/** Who is in the call, you included, and who of them spoke when; the one who speaks (not you), null: nobody did yet. */
export function usePeople(): { readonly people: readonly Seen[]; readonly speaker: string | null } {
  const self = useView((view) => view.self.id);
  const media = useView((view) => view.media);
  const members = useCallView((view) => view.members, NOBODY);
  const camera = useCallView((view) => view.self.camera !== null, false);
  const screen = useCallView((view) => view.self.screen !== null, false);
  const [spoken, setSpoken] = useState(SILENCE);
  const now = useMemo(
    () => new Set(Array.from(media.keys()).filter((id) => media.get(id)?.speaking === true)),
    [media],
  );
  if (!isSame(now, spoken.now)) setSpoken(hearing(spoken, now, self));
  return useMemo(() => {
    const spoke = (id: string): number => spoken.order.get(id) ?? 0;
    const others = Array.from(members, ([id, one]) => ({
      id,
      camera: one.camera !== null,
      screen: one.screen !== null,
      spoke: spoke(id),
    }));
    return { people: [...others, { id: self, camera, screen, spoke: spoke(self) }], speaker: spoken.speaker };
  }, [spoken, members, camera, screen, self]);
}
