/**
 * The status page and the probes of real members, with a quorum and without one.
 * `QUORUM_LOST_MINUTES=5 npm run e2e -- page/members` keeps it lost for as long as that.
 */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { startThree } from '../local/local-cluster.ts';
import { awaitLeader } from '../processes/leader.ts';
import type { ServerMember } from '../processes/server.ts';
import { until } from '../processes/until.ts';
import { createWorkspace, type Workspace } from '../processes/workspace.ts';
import { startWriters } from '../processes/writers.ts';
import { openBrowser, shotOf } from './stage.ts';

const LIMIT_MS = 15_000;
const LOST_MS = Number(process.env['QUORUM_LOST_MINUTES'] ?? '0.25') * 60_000;
const SAMPLE_MS = 500;

describe('The status page of real members', function () {
  this.timeout(LOST_MS + 60_000);
  let workspace: Workspace;
  let members: readonly ServerMember[];
  let browser: Browser;
  let page: Page;
  /** Who does not lead, and is looked at. */
  let follower: ServerMember;

  before(async () => {
    workspace = createWorkspace(tmpdir());
    members = await startThree(workspace);
    const { member } = await awaitLeader(members, LIMIT_MS);
    const found = members.find((each) => each !== member);
    assert(found !== undefined);
    follower = found;
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.goto(`http://${follower.place.http}/`);
  });
  after(async () => {
    await browser.close();
    await workspace.dispose();
  });

  const text = (selector: string): Promise<string> => page.locator(selector).innerText();
  const reads = (selector: string, pattern: RegExp): Promise<true> =>
    until(`${selector} reads ${String(pattern)}`, LIMIT_MS, async () =>
      pattern.test(await text(selector)),
    );
  const statusOf = async (path: string): Promise<number> =>
    (await fetch(`http://${follower.place.http}${path}`)).status;

  it('shows who leads, all members, and what is written', async () => {
    const endpoints = (): string[] => members.map(({ place }) => place.client);
    const writers = startWriters({ endpoints, count: 4, prefix: 'page/' });
    try {
      await reads('#title', /^Healthy$/);
      await reads('#writes', /^[1-9]/);
      const { status } = await awaitLeader(members, LIMIT_MS);
      assert.equal(await text('#leader'), `Member ${status.memberId}`);
      assert.equal(await page.locator('#rows tr').count(), 3);
      await page.screenshot({ path: shotOf('members-1400'), fullPage: true });
    } finally {
      await writers.stop();
    }
  });

  it('shows that nobody leads when the quorum is lost, where the process lives on and is not ready', async () => {
    assert.equal(await statusOf('/readyz'), 200);
    const others = members.filter((each) => each !== follower);
    await Promise.all(others.map((each) => each.end('SIGKILL')));
    await reads('#title', /^No leader$/);
    assert.match(await text('#banner'), /No leader/);
    const answers = new Set<number>();
    for (const untilMs = performance.now() + LOST_MS; performance.now() < untilMs;) {
      answers.add(await statusOf('/livez'));
      await sleep(SAMPLE_MS);
    }
    assert.deepEqual([...answers], [200], `of ${LOST_MS / 1_000} s`);
    assert.equal(await statusOf('/readyz'), 503);
    await page.screenshot({ path: shotOf('members-no-quorum-1400'), fullPage: true });
  });

  it('shows that all is well once the others are back', async () => {
    for (const each of members) if (each !== follower) each.start();
    await reads('#title', /^Healthy$/);
    assert.equal(await page.locator('#banner').isVisible(), false);
    assert.equal(await statusOf('/readyz'), 200);
  });
});
