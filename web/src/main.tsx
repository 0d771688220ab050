import { createRoot } from 'react-dom/client';
import { ParleyError } from '../../src/client/index.ts';
import { refreshAccount } from './account/accounts.ts';
import { App, prepareView } from './app/app.tsx';
import { startI18n } from './app/i18n.ts';
import { startTheme } from './app/theme.ts';
import './styles.css';

/** Texts and view come together, and nothing is shown before: one view that stands, and no second one in its place. */
async function start(root: HTMLElement): Promise<void> {
  startTheme();
  await Promise.all([startI18n(), prepareView(location.pathname)]);
  refreshAccount();
  createRoot(root, {
    onCaughtError: (error) => {
      // A part of the page that does not come is told to the reader, who can do something about it.
      if (!(error instanceof ParleyError)) console.error(error);
    },
  }).render(<App />);
}

const root = document.getElementById('root');
if (root === null) throw new Error('unable to show the page; it has no element #root');
// Not awaited here: views import from this file's own, and would wait for each other.
start(root).catch((error: unknown) => {
  console.error(error);
  // Without its texts the page has no others.
  root.setAttribute('role', 'alert');
  root.textContent = 'The page could not be loaded. Load it again. 页面未能加载，请刷新。';
});
