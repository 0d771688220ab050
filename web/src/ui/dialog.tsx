import { laterDialog } from './later.tsx';

/** A card or sheet above the page. What makes it one is loaded when the first is opened. */
export const Dialog = laterDialog(async () => (await import('./dialog-box.tsx')).DialogBox);
