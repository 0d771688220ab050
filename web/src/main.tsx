import { createRoot } from 'react-dom/client';
import { refreshAccount } from './account/accounts.ts';
import { App } from './app/app.tsx';
import { startI18n } from './app/i18n.ts';
import './styles.css';

const root = document.getElementById('root');
if (root === null) throw new Error('unable to show the page; it has no element #root');
await startI18n();
refreshAccount();
createRoot(root).render(<App />);
