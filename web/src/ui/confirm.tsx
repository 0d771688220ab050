import { laterDialog } from './later.tsx';

/** Asks before something that can't be taken back. */
export const Confirm = laterDialog(async () => (await import('./confirm-box.tsx')).ConfirmBox);
