/** The status page in a real browser. `npm run e2e:page` */
import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import type { Overview } from '../../server/observe/overview.ts';
import { OVERVIEWS } from './overviews.ts';
import type { OverviewName } from './overviews.ts';
import { createStage, openBrowser } from './stage.ts';
import type { Look, Stage } from './stage.ts';

let browser: Browser | undefined;
let stage: Stage;

/** For one suite: other suites run in the same process. */
function useBrowser(): void {
  before(async () => {
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
  });
  afterEach(async () => {
    await stage.close();
  });
}

/** Opens the page on a cluster, and lets it ask this often. */
async function look(name: OverviewName, how: Look, questions = 1): Promise<void> {
  assert(browser !== undefined);
  stage = await createStage(browser, how);
  stage.tell(OVERVIEWS[name]);
  await stage.open();
  await stage.page.waitForSelector('#main[aria-busy=false]');
  for (let asked = 1; asked < questions; asked += 1) await ask();
}

/** Lets the page's clock run until it has asked again. */
async function ask(): Promise<void> {
  const answer = stage.page.waitForEvent('requestfinished');
  await stage.page.clock.runFor(1_000);
  await answer;
}

const text = (selector: string): Promise<string> => stage.page.locator(selector).innerText();

/** By how much the page is wider than the window. */
const overflow = (): Promise<number> =>
  stage.page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );

/** Enough for a curve. */
const QUESTIONS = 25;

const SHOTS: readonly (readonly [OverviewName, Look])[] = [
  ...(Object.keys(OVERVIEWS) as OverviewName[]).flatMap((name) =>
    [400, 1400].map((width): readonly [OverviewName, Look] => [name, { width }]),
  ),
  ['normal', { width: 1400, dark: true }],
  ['alarm', { width: 1400, dark: true }],
  ['learner-catching-up', { width: 400, dark: true }],
];

describe('The status page', () => {
  useBrowser();

  for (const [name, how] of SHOTS) {
    const dark = how.dark === true ? ', dark' : '';
    it(`fits ${how.width} px${dark}: ${name}`, async () => {
      if (name === 'leader-lost') {
        // It was there before it was lost.
        await look('normal', how, QUESTIONS);
        stage.tell(OVERVIEWS[name]);
        for (let asked = 0; asked < 6; asked += 1) await ask();
      } else {
        await look(name, how, QUESTIONS);
      }

      await stage.shoot(`${name}-${how.width}${how.dark === true ? '-dark' : ''}`);
      assert.equal(await overflow(), 0, 'nothing sticks out');
      assert.deepEqual(stage.complaints, []);
      const rows = await stage.page.locator('#rows tr').count();
      assert.equal(rows, OVERVIEWS[name].members.length);
    });
  }
});

describe('What the status page says', () => {
  useBrowser();

  it('makes rates of counters', async () => {
    await look('normal', { width: 1400 });
    assert.equal(await text('#writes'), 'unknown', 'one question makes no rate');
    await ask();
    await stage.page.waitForFunction('/^2,[12]/.test(document.querySelector("#writes").innerText)');
  });

  it('says at a glance who leads, and that all is well', async () => {
    await look('normal', { width: 1400 });
    assert.equal(await text('#title'), 'Healthy');
    assert.equal(await text('#leader'), 'Member 2');
    assert.equal(await stage.page.locator('#banner').isVisible(), false);
  });

  it('shows a red banner while nobody leads, and takes it away', async () => {
    await look('leader-lost', { width: 1400 });
    assert.match(await text('#banner'), /No leader/);
    assert.match(await text('#text'), /1 of 3 voters is in place, 2 are needed/);
    stage.tell(OVERVIEWS.normal);
    await ask();
    await stage.page.locator('#banner').waitFor({ state: 'hidden' });
  });

  it('shows a red banner when the connection is lost, and what was known before', async () => {
    await look('normal', { width: 1400 });
    await stage.stopServer();
    const failed = stage.page.waitForEvent('requestfailed');
    await stage.page.clock.runFor(1_000);
    await failed;
    await stage.page.locator('#banner').waitFor({ state: 'visible' });
    assert.match(await text('#banner'), /lost\. .*known \d+ s ago/);
    assert.equal(await text('#leader'), 'Member 2');
    await stage.shoot('connection-lost-1400');
  });

  it('does not take a port that answers for a member that does', async () => {
    await look('normal', { width: 1400 });
    stage.tell(undefined);
    await ask();
    await stage.page.locator('#banner').waitFor({ state: 'visible' });
    assert.match(await text('#banner'), /This member does not answer \(500\)/);
  });

  it('shows its own errors', async () => {
    await look('normal', { width: 1400 });
    // What no member tells: there is nothing to be made of it.
    stage.tell({ ...OVERVIEWS.normal, members: null } as unknown as Overview);
    await ask();
    await stage.page.locator('#banner').waitFor({ state: 'visible' });
    assert.match(await text('#banner'), /do not trust it: TypeError/);
  });

  it('tells what to do about an alarm', async () => {
    await look('alarm', { width: 1400 });
    assert.match(await text('#notices'), /Remove member 3, and add an empty directory/);
  });

  it('does not fill in what it does not know', async () => {
    await look('degraded', { width: 1400 });
    const row = stage.page.locator('#rows tr').nth(2);
    assert.match(await row.innerText(), /No answer\s+unknown\s+unknown\s+unknown/);
  });

  it('follows members that come and go', async () => {
    await look('learner-catching-up', { width: 1400 });
    assert.equal(await stage.page.locator('#rows tr').count(), 5);
    stage.tell(OVERVIEWS.normal);
    await ask();
    await stage.page.waitForFunction('document.querySelectorAll("#rows tr").length === 3');
  });
});
