/** A page of a made-up member, and a browser that looks at it. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { startHttpServer } from '../../server/observe/http/http-server.ts';
import type { HttpServer } from '../../server/observe/http/http-server.ts';
import type { Overview } from '../../server/observe/overview.ts';
import { MissingToolError } from '../processes/missing-tool.ts';
import { OVERVIEWS } from './overviews.ts';

/** Not in git: look at them after a run. */
const SHOTS = join(import.meta.dirname, '..', '..', '.cache', 'page');

/** Where a picture of this name is kept. */
export function shotOf(name: string): string {
  mkdirSync(SHOTS, { recursive: true });
  return join(SHOTS, `${name}.png`);
}

export interface Stage {
  readonly page: Page;
  /** What the browser complained about. */
  readonly complaints: readonly string[];
  /** What the member tells from now on; undefined: it fails. */
  tell(overview: Overview | undefined): void;
  open(): Promise<void>;
  shoot(name: string): Promise<void>;
  /** The member's process is gone. */
  stopServer(): Promise<void>;
  close(): Promise<void>;
}

export interface Look {
  readonly width: number;
  readonly dark?: boolean;
}

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of a Chromium, or an error that says how to get one. */
export function findChromium(): string {
  const named = process.env['CHROMIUM'];
  const places = named === undefined ? PLACES : [named];
  const found = places.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new MissingToolError(
    'The status page is tested in Chromium: run `apt-get install chromium`, or set CHROMIUM to its path.',
  );
}

/** Starts a browser; its sandbox needs another user than root. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: findChromium(),
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-gpu', '--disable-dev-shm-usage'],
  });

/** Writes and reads that a busy cluster would have counted at a moment: uneven, but not random. */
const countedAt = (ms: number, perSecond: number): number =>
  Math.round((ms / 1000) * perSecond + 40 * Math.sin(ms / 1700) + 25 * Math.sin(ms / 610));

/** Opens a stage in a browser; it tells of a normal cluster. */
export async function createStage(browser: Browser, look: Look): Promise<Stage> {
  let told: Overview | undefined = OVERVIEWS.normal;
  let ms = 0;
  let ledMs = 0;
  const overview = (): Promise<Overview> => {
    if (told === undefined) return Promise.reject(new Error('told to fail'));
    // Each question comes a second after the one before, however fast the test asks.
    ms += 1_000;
    // Without a leader nothing is counted.
    if (told.leader !== undefined) ledMs += 1_000;
    const counts =
      told.writesTotal === undefined
        ? {}
        : { writesTotal: countedAt(ledMs, 2_180), readsTotal: countedAt(ledMs, 410) };
    return Promise.resolve({ ...told, atMs: ms, ...counts });
  };
  const server = await startServer(overview);
  const context = await browser.newContext({
    viewport: { width: look.width, height: 900 },
    colorScheme: look.dark === true ? 'dark' : 'light',
  });
  await context.clock.install();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return {
    page,
    complaints,
    tell: (next) => (told = next),
    open: async () => {
      await page.goto(`http://127.0.0.1:${server.port}/`);
    },
    shoot: async (name) => {
      await page.screenshot({ path: shotOf(name), fullPage: true });
    },
    stopServer: () => server.close(0),
    close: async () => {
      await context.close();
      await server.close(0);
    },
  };
}

const startServer = (overview: () => Promise<Overview>): Promise<HttpServer> =>
  startHttpServer({
    host: '127.0.0.1',
    port: 0,
    page: join(import.meta.dirname, '..', '..', 'server', 'observe', 'page'),
    metrics: { contentType: 'text/plain', text: () => Promise.resolve('') },
    probes: { live: () => [], ready: () => Promise.resolve([]) },
    overview,
    meter: () => undefined,
    nowMs: () => performance.now(),
    failed: () => undefined,
  });
