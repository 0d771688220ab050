import type { WatchView } from '../../../../src/client/index.ts';

/** Those for whom all wait at this moment, in the order in which they were named. */
export function waitedFor({ playback, viewers }: Pick<WatchView, 'playback' | 'viewers'>): readonly string[] {
  if (playback.status !== 'holding') return [];
  return (playback.waitsFor ?? []).filter((member) => {
    const viewer = viewers.get(member);
    // Whoever watches no more is not waited for.
    if (viewer === undefined) return false;
    const isReady = viewer.viewing === 'ready' && viewer.version >= playback.jump;
    return !isReady && viewer.viewing !== 'blocked' && viewer.viewing !== 'failed';
  });
}

/** Those whose player lacks what it needs, `self` left out. */
export const lagging = (viewers: WatchView['viewers'], self: string): readonly string[] =>
  [...viewers].filter(([id, { viewing }]) => viewing === 'buffering' && id !== self).map(([id]) => id);
