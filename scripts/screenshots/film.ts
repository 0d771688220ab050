import type { Page } from 'playwright-core';

/** Runs in the page: a lake in the evening, as long as told (s), as a WebM. */
async function paint(seconds: number): Promise<string> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [640, 360];
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('unable to draw; the browser gives no canvas');
  const sky = context.createLinearGradient(0, 0, 0, 220);
  sky.addColorStop(0, '#27395f');
  sky.addColorStop(0.6, '#b8657a');
  sky.addColorStop(1, '#f4b46c');
  const lake = context.createLinearGradient(0, 220, 0, 360);
  lake.addColorStop(0, '#c98a6b');
  lake.addColorStop(1, '#1f2b46');
  const hills = (base: number, height: number, wide: number, colour: string) => {
    context.fillStyle = colour;
    context.beginPath();
    context.moveTo(0, 220);
    for (let x = 0; x <= 640; x += 8)
      context.lineTo(x, base - height * Math.abs(Math.sin(x / wide) + 0.4 * Math.sin(x / (wide / 2.7))));
    context.lineTo(640, 220);
    context.fill();
  };
  const draw = (time: number) => {
    context.fillStyle = sky;
    context.fillRect(0, 0, 640, 220);
    context.fillStyle = '#ffe7b8';
    context.beginPath();
    context.arc(430, 176, 30, 0, Math.PI * 2);
    context.fill();
    hills(214, 70, 130, '#6d4a6b');
    hills(222, 46, 82, '#3c3354');
    context.fillStyle = lake;
    context.fillRect(0, 220, 640, 140);
    context.fillStyle = 'rgb(255 224 176 / 45%)';
    for (let line = 0; line < 14; line += 1) {
      const wide = 90 - line * 3 + 14 * Math.sin(time / 400 + line * 1.7);
      context.fillRect(430 - wide / 2, 226 + line * 9, wide, 3);
    }
  };
  const recorder = new MediaRecorder(canvas.captureStream(12), { mimeType: 'video/webm' });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const ended = new Promise<void>((resolve) => {
    recorder.onstop = () => resolve();
  });
  const timer = setInterval(() => draw(performance.now()), 80);
  recorder.start();
  setTimeout(() => recorder.stop(), seconds * 1_000);
  await ended;
  clearInterval(timer);
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** A short film to watch together; takes as long to make as it is long. */
export const makeEvening = async (page: Page, seconds: number): Promise<Buffer> =>
  Buffer.from(await page.evaluate(paint, seconds), 'base64');
