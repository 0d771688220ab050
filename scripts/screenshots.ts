// Takes the pictures of docs/images from a Parley that runs: `npm start`, then `node scripts/screenshots.ts [address]`. The people in
// them are drawn; all else is the page as it is. Five people in one machine's browser ask for a machine that does nothing else.
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { findChromium } from './chromium.ts';
import { meeting } from './screenshots/meeting.ts';
import { people } from './screenshots/people.ts';
import { folder } from './screenshots/take.ts';

const address = process.argv[2] ?? 'http://127.0.0.1:8787';
mkdirSync(folder, { recursive: true });
const executablePath = findChromium();
if (executablePath === undefined)
  throw new Error('unable to start a browser; `node scripts/ensure-browser.ts` says why');
const browser = await chromium.launch({
  executablePath,
  args: [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
  ],
});
try {
  await meeting(browser, address);
  await people(browser, address);
} finally {
  await browser.close();
}
