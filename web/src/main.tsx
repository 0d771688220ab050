import { createRoot } from 'react-dom/client';
import { ParleyError } from '../../src/client/index.ts';
import { refreshAccount } from './account/accounts.ts';
import { App } from './app/app.tsx';
import { startI18n } from './app/i18n.ts';
import { startTheme } from './app/theme.ts';
import './styles.css';

const root = document.getElementById('root');
if (root === null) throw new Error('unable to show the page; it has no element #root');
startTheme();
await startI18n();
refreshAccount();
createRoot(root, {
  onCaughtError: (error) => {
    // A part of the page that does not come is told to the reader, who can do something about it.
    if (!(error instanceof ParleyError)) console.error(error);
  },
}).render(<App />);
