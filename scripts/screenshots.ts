// Takes the pictures of docs/images from a Parley that runs: `npm start`, then `node scripts/screenshots.ts [address]`. The people in
// them are drawn, so that nobody's face is in the documents; all else is the page as it is.
import { mkdirSync, statSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium } from './chromium.ts';
import { root } from './support.ts';

const address = process.argv[2] ?? 'http://127.0.0.1:8787';
const folder = `${root}docs/images/`;
/** Bytes that one of them may have. */
const MOST = 150_000;

const LARGE = { viewport: { width: 1440, height: 900 } } as const;
const MEDIUM = { viewport: { width: 768, height: 1024 } } as const;
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true } as const;
const DARK = { colorScheme: 'dark' } as const;

/** What somebody looks like: the wall behind them, skin, hair and clothes. */
interface Figure {
  readonly wall: readonly [string, string];
  readonly skin: string;
  readonly hair: string;
  readonly long: boolean;
  readonly clothes: string;
}
const FIGURES = {
  'Amara Okafor': {
    wall: ['#d9c7ae', '#a58b6f'],
    skin: '#8d5b3e',
    hair: '#1d1512',
    long: true,
    clothes: '#c8553d',
  },
  'Jonas Weber': {
    wall: ['#b9cdd6', '#7f9ba8'],
    skin: '#e6b998',
    hair: '#6a4a2f',
    long: false,
    clothes: '#2f4858',
  },
  'Lin Mei': {
    wall: ['#cfd8c4', '#93a583'],
    skin: '#edc8a3',
    hair: '#14110f',
    long: true,
    clothes: '#f1e9da',
  },
  'Sofia Rossi': {
    wall: ['#e4d3d3', '#b49393'],
    skin: '#dda982',
    hair: '#3b2317',
    long: true,
    clothes: '#3d6b63',
  },
  'Tariq Aziz': {
    wall: ['#c9c6d8', '#8a86a3'],
    skin: '#b98158',
    hair: '#241a14',
    long: false,
    clothes: '#d9a441',
  },
} as const satisfies Readonly<Record<string, Figure>>;
type Name = keyof typeof FIGURES;

/** Takes the place of the camera, in the page. */
function draw(figure: Figure): void {
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  const paint = (context: CanvasRenderingContext2D, time: number): void => {
    const ellipse = (x: number, y: number, wide: number, high: number, colour: string) => {
      context.fillStyle = colour;
      context.beginPath();
      context.ellipse(x, y, wide, high, 0, 0, Math.PI * 2);
      context.fill();
    };
    const [light, dark] = figure.wall;
    const wall = context.createLinearGradient(0, 0, 960, 540);
    wall.addColorStop(0, light);
    wall.addColorStop(1, dark);
    context.fillStyle = wall;
    context.fillRect(0, 0, 960, 540);
    context.fillStyle = 'rgb(255 255 255 / 18%)';
    context.fillRect(90, 60, 210, 270);
    context.fillStyle = 'rgb(0 0 0 / 8%)';
    context.fillRect(700, 300, 260, 240);
    const sway = Math.sin(time / 900) * 6;
    const x = 480 + sway;
    if (figure.long) ellipse(x, 275, 118, 165, figure.hair);
    ellipse(480, 560, 240, 170, figure.clothes);
    context.fillStyle = figure.skin;
    context.fillRect(x - 36, 320, 72, 90);
    ellipse(x, 400, 60, 30, figure.skin);
    ellipse(x, 235, 88, 112, figure.skin);
    context.save();
    context.beginPath();
    context.rect(x - 130, 90, 260, 108);
    context.clip();
    ellipse(x, 215, 98, 108, figure.hair);
    context.restore();
    for (const eye of [-34, 34]) ellipse(x + eye, 240, 8, 8, '#241a14');
    context.strokeStyle = '#7a3b33';
    context.lineWidth = 6;
    context.beginPath();
    context.arc(x, 268, 34, 0.25 * Math.PI, 0.75 * Math.PI);
    context.stroke();
  };
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await open(constraints);
    if (stream.getVideoTracks().length === 0) return stream;
    for (const track of stream.getTracks()) track.stop();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [640, 360];
    const context = canvas.getContext('2d');
    context?.scale(2 / 3, 2 / 3);
    // Seldom: a machine that shows five pages at once has enough to do.
    if (context !== null) setInterval(() => paint(context, performance.now()), 100);
    return canvas.captureStream(10);
  };
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const seen = (page: Page, name: string) => page.getByLabel(`Picture of ${name}`, { exact: true }).waitFor();

async function open(browser: Browser, name: Name, path: string, look: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', ...look });
  await context.addInitScript(draw, FIGURES[name]);
  const page = await context.newPage();
  await page.goto(address + path);
  return page;
}

async function take(page: Page, name: string): Promise<void> {
  await page.bringToFront();
  await page.mouse.move(0, 0);
  // What has just come fades in, and notes go away again.
  await page.waitForTimeout(1_500);
  const path = `${folder}${name}.jpg`;
  await page.screenshot({ path, type: 'jpeg', quality: 80 });
  const { size } = statSync(path);
  console.log(`${name}: ${Math.round(size / 1_000)} kB`);
  if (size > MOST) throw new Error(`${name} is larger than ${MOST / 1_000} kB`);
}

async function join(
  browser: Browser,
  name: Name,
  path: string,
  look: BrowserContextOptions = LARGE,
): Promise<Page> {
  const page = await open(browser, name, path, look);
  await page.getByLabel('Your name').fill(name);
  await button(page, 'Camera and microphone').click();
  await button(page, 'Camera').click();
  await seen(page, name);
  return page;
}

async function say(page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Write a message' });
  await field.fill(text);
  await field.press('Enter');
  await page.getByLabel('Messages').getByText(text).first().waitFor();
}

async function main(browser: Browser): Promise<void> {
  const amara = await open(browser, 'Amara Okafor', '/', LARGE);
  await amara.getByLabel('Name of the meeting').fill('Monday planning');
  await amara.getByLabel('Your name').fill('Amara Okafor');
  await take(amara, 'start');
  await button(amara, 'Start the meeting').click();
  await take(amara, 'invite');
  await button(amara, 'To the meeting').click();
  await button(amara, 'Camera').click();
  const path = new URL(amara.url()).pathname;

  const door = await join(browser, 'Jonas Weber', path, LARGE);
  await take(door, 'door');
  await button(door, 'Join').click();
  const pages: Page[] = [amara, door];
  for (const [name, look] of [
    ['Lin Mei', { ...LARGE, ...DARK }],
    ['Sofia Rossi', { ...PHONE, ...DARK }],
    ['Tariq Aziz', MEDIUM],
  ] as const) {
    const page = await join(browser, name, path, look);
    await button(page, 'Join').click();
    pages.push(page);
  }
  for (const page of pages) for (const name of Object.keys(FIGURES)) await seen(page, name);
  const [, jonas, lin, sofia, tariq] = pages;
  if (jonas === undefined || lin === undefined || sofia === undefined || tariq === undefined)
    throw new Error('unable to take the pictures; somebody is missing');
  await say(
    amara,
    'Good morning! Three things today: the release, the workshop in June, and who is on call.',
  );
  await say(jonas, 'The release is ready from my side. Two translations are still open.');
  await say(lin, 'I will do the Chinese one before noon.');
  await say(tariq, 'Could somebody look over the workshop programme? I have put it into the files.');
  await say(lin, 'Gladly. Tariq, shall we say two o’clock?');
  await button(tariq, 'Raise your hand').click();
  // The note that a hand is up goes by itself.
  await amara.waitForTimeout(7_000);
  await take(amara, 'meeting');
  await take(lin, 'meeting-dark');
  await take(tariq, 'meeting-tablet');
  await take(sofia, 'meeting-phone');
  await button(sofia, /^Chat(: \d+)?$/)
    .first()
    .click();
  await take(sofia, 'chat-phone');
  await button(amara, 'Settings').click();
  await take(amara, 'settings');
  await amara.keyboard.press('Escape');
  await button(amara, 'Leave').click();
  await button(amara, 'Come back').waitFor();
  await take(amara, 'after');
}

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
  await main(browser);
} finally {
  await browser.close();
}
