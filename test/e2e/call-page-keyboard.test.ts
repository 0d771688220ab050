// The call by the keyboard alone: whoever comes in or goes by a key stands on a button afterwards.
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { callStage } from './support/call-stage.ts';
import { large, PHONE, picture, stage, tile } from './support/calls.ts';
import { button } from './support/page.ts';

const stages = callStage();

/** Waits until it has the focus. */
const focused = (one: Locator) =>
  expect
    .poll(() =>
      one.evaluate((element) =>
        element === document.activeElement ? 'here' : document.activeElement?.outerHTML.slice(0, 200),
      ),
    )
    .toBe('here');

async function press(page: Page, one: Locator, key = 'Enter'): Promise<void> {
  await one.focus();
  await page.keyboard.press(key);
}

test.each([
  ['a laptop', undefined],
  ['a phone', PHONE],
])('on %s one opens the preview, comes in, switches, leaves and comes back by keys', async (_on, look) => {
  const { page: ada, path } = await stages.pages.start('Ada', look);
  // Begun by a key. What had the focus before the dialog gets it back as it goes.
  await ada.getByRole('dialog').waitFor({ state: 'detached' });
  await press(ada, button(ada, 'Start the call'));
  await focused(button(stage(ada), 'Microphone'));
  await picture(ada, 'Ada').waitFor();
  await ada.keyboard.press('Enter');
  await expect.poll(() => button(stage(ada), 'Microphone').getAttribute('aria-pressed')).toBe('false');
  await focused(button(stage(ada), 'Microphone'));
  // Left, and back with the camera.
  await press(ada, button(stage(ada), 'Hang up'), 'Space');
  await stage(ada).waitFor({ state: 'detached' });
  await focused(button(ada, 'Start the call'));
  await press(ada, button(ada, 'Camera'), 'Space');
  await focused(button(stage(ada), 'Camera'));
  await picture(ada, 'Ada').waitFor();

  // At the door.
  const ben = await stages.pages.open(path, look);
  await ben.getByLabel('Your name').fill('Ben');
  await press(ben, button(ben, 'Camera and microphone'));
  await focused(button(ben, 'Microphone'));
  await ben.keyboard.press('Tab');
  await focused(button(ben, 'Camera'));
  await ben.keyboard.press('Space');
  await picture(ben, 'Ben').waitFor();
  await press(ben, ben.getByLabel('Your name'));
  await picture(ada, 'Ben').waitFor();
  // Whoever is not in the call comes in as a listener.
  await press(ben, button(stage(ben), 'Hang up'));
  await focused(button(ben, 'Join the call: 1'));
  await ben.keyboard.press('Enter');
  await focused(button(stage(ben), 'Microphone'));
  await picture(ben, 'Ada').waitFor();
  // Large and small again.
  await press(ben, button(ben, 'Make Ada large'));
  await large(ben).filter({ hasText: 'Ada' }).waitFor();
  await press(ben, button(ben, 'Make Ada small again'));
  await tile(ben, 'Ada').waitFor();
});
