import { Announcer } from './announcer.tsx';
import { PlacedCalls } from './ring/placed-calls.tsx';
import { RingDialog } from './ring/ring-dialog.tsx';
import { usePresenceReport } from './use-presence-report.ts';

/** What goes on for those who are logged in, wherever on the page they are. */
export function Background() {
  usePresenceReport();
  return (
    <>
      <RingDialog />
      <PlacedCalls />
      <Announcer />
    </>
  );
}
