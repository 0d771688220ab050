import { later } from '../../../ui/later.tsx';
import { recordingsOf } from '../../storage.ts';
import { useOwner } from './owner.ts';

const KeptList = later(async () => (await import('./kept-list.tsx')).KeptList);

/** Recordings that this browser alone has, of whichever meeting. Nothing is loaded where there are none. */
export const KeptHere = () => (recordingsOf(useOwner()).codes().length === 0 ? null : <KeptList />);
