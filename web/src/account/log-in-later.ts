import { laterDialog } from '../ui/later.tsx';

/** The ways to an account; loaded by those who want one. */
export const LogInDialog = laterDialog(async () => (await import('./log-in-dialog.tsx')).LogInDialog);
