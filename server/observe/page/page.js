/* global document, fetch, window, AbortSignal */
/** Asks for the overview each second and shows what `view.js` makes of it. */
import { count, growth, headline, notices, rate, rows, UNKNOWN } from './view.js';

const INTERVAL_MS = 1_000;
const TIMEOUT_MS = 4_000;
const HISTORY = 60;

const byId = (id) => document.getElementById(id);

/** Touches an element only when there is news: a selection and a screen reader stay undisturbed. */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function figure(id, text) {
  const element = byId(id);
  say(element, text);
  element.classList.toggle('unknown', text === UNKNOWN);
}

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/* What must not be missed: a page that is broken or cut off looks as if all were well. */

const troubles = new Map();

function trouble(kind, text) {
  if (text === undefined) troubles.delete(kind);
  else troubles.set(kind, text);
  const banner = byId('banner');
  banner.hidden = troubles.size === 0;
  say(banner, [...troubles.values()].join(' '));
}

window.addEventListener('error', ({ message }) =>
  trouble('script', `This page has an error, do not trust it: ${message}`),
);
window.addEventListener('unhandledrejection', ({ reason }) =>
  trouble('script', `This page has an error, do not trust it: ${reason}`),
);

/* Head, sentence, figures */

function showHead(overview) {
  say(byId('cluster'), overview.cluster ?? 'none yet');
  const { tone, title, text } = headline(overview);
  byId('headline').dataset.tone = tone;
  say(byId('title'), title);
  say(byId('text'), text);
  figure('leader', overview.leader === undefined ? UNKNOWN : `Member ${overview.leader}`);
  figure('term', overview.phase === 'running' ? count(overview.term) : UNKNOWN);
  document.title = `${title} · RobustMQ Meta`;
  trouble(
    'leader',
    overview.phase === 'running' && overview.leader === undefined
      ? 'No leader: writes and linearizable reads wait.'
      : undefined,
  );
}

const behind = (from, to, words) => (from > to ? `${count(from - to)} ${words}` : 'up to date');

function showFigures(overview, rates) {
  const writes = rates.at(-1)?.writes;
  const reads = rates.at(-1)?.reads;
  figure('writes', rate(writes));
  figure('reads', rate(reads));
  spark(
    byId('writes-spark'),
    rates.map((point) => point.writes),
  );
  spark(
    byId('reads-spark'),
    rates.map((point) => point.reads),
  );
  const { commit, applied, durable, lastLog } = overview;
  position('commit', overview, commit, behind(lastLog, commit, 'in the log, not committed'));
  position('applied', overview, applied, behind(commit, applied, 'committed, not applied'));
  position('durable', overview, durable, behind(applied, durable, 'only in memory and log'));
}

/** A member that does not run knows no positions. */
function position(id, { phase }, index, hint) {
  figure(id, phase === 'running' ? count(index) : UNKNOWN);
  say(byId(`${id}-hint`), phase === 'running' ? hint : '');
}

const SVG = 'http://www.w3.org/2000/svg';

/** The last minute as curves; between them nobody knew. */
function spark(svg, values) {
  const top = Math.max(1, ...values.map((value) => value ?? 0));
  const x = (at) => 120 - (values.length - 1 - at) * (120 / (HISTORY - 1));
  const y = (value) => 34 - (value / top) * 31;
  const draw = (className, d) => {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', className);
    path.setAttribute('d', d);
    return path;
  };
  const curves = runs(values).map((run) => {
    const line = run
      .map(({ at, value }) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`)
      .join(' L');
    const floor = `M${x(run[0].at)},36 L${line} L${x(run.at(-1).at)},36 Z`;
    return [draw('under', floor), draw('curve', `M${line}`)];
  });
  svg.replaceChildren(...curves.flat());
}

/** Stretches of known values, at least two long. */
function runs(values) {
  const found = [[]];
  for (const [at, value] of values.entries()) {
    if (value === undefined) found.push([]);
    else found.at(-1).push({ at, value });
  }
  return found.filter((run) => run.length > 1);
}

/* Members */

const COLUMNS = ['Member', 'State', 'Log', 'Applied', 'Durable', 'Disk', 'Version'];
const shown = new Map();

function createRow() {
  const id = element('span', 'id');
  const standing = element('b');
  const self = element('span', 'tag', 'this one');
  const address = element('div', 'address');
  const dot = element('span', 'dot');
  const stateText = element('span');
  const state = element('span', 'state', dot, stateText);
  const lag = gauge();
  const disk = gauge();
  const [applied, durable, version] = [element('span'), element('span'), element('div')];
  const uptime = element('small');
  const who = element(
    'div',
    'who',
    id,
    element('div', '', element('div', '', standing, self), address),
  );
  const cells = [[who], [state], [lag.root], [applied], [durable], [disk.root], [version, uptime]];
  const tr = element(
    'tr',
    '',
    ...cells.map((children, at) => {
      const td = element('td', '', ...children);
      td.dataset.label = COLUMNS[at];
      return td;
    }),
  );
  return {
    tr,
    id,
    standing,
    self,
    address,
    state,
    stateText,
    lag,
    disk,
    applied,
    durable,
    version,
    uptime,
  };
}

/** A text over a bar. */
function gauge() {
  const text = element('span');
  const more = element('small');
  const fill = element('span');
  const bar = element('div', 'bar', fill);
  bar.setAttribute('aria-hidden', 'true');
  return {
    root: element('div', 'gauge', element('p', '', text, more), bar),
    text,
    more,
    fill,
    bar,
  };
}

function setGauge({ text, fill, bar }, words, share, tone) {
  say(text, words);
  bar.classList.toggle('unknown', share === undefined);
  fill.style.width = `${(share ?? 0) * 100}%`;
  if (tone === undefined) delete bar.dataset.tone;
  else bar.dataset.tone = tone;
}

function updateRow(row, member) {
  row.tr.classList.toggle('leads', member.leads);
  row.tr.classList.toggle('silent', !member.answered);
  say(row.id, String(member.id));
  say(row.standing, member.leads ? `Leader` : member.standing);
  row.self.hidden = !member.self;
  say(row.address, member.address);
  row.state.dataset.tone = member.state.tone;
  say(row.stateText, member.state.text);
  const words = member.lag === 'none' ? 'complete' : member.lag;
  setGauge(row.lag, words, member.share, member.state.tone);
  say(row.lag.more, member.log === UNKNOWN ? '' : member.log);
  const { text, used } = member.disk;
  setGauge(row.disk, text, used, used > 0.9 ? 'bad' : used > 0.8 ? 'warn' : 'busy');
  row.disk.bar.hidden = used === undefined && text !== UNKNOWN;
  say(row.applied, member.applied);
  say(row.durable, member.durable);
  say(row.version, member.version);
  say(row.uptime, member.uptime === UNKNOWN ? '' : `up ${member.uptime}`);
}

function showMembers(overview) {
  const members = rows(overview);
  const body = byId('rows');
  for (const id of shown.keys()) {
    if (members.some((member) => member.id === id)) continue;
    shown.get(id).tr.remove();
    shown.delete(id);
  }
  for (const member of members) {
    if (!shown.has(member.id)) shown.set(member.id, createRow());
    updateRow(shown.get(member.id), member);
  }
  const wanted = members.map(({ id }) => shown.get(id).tr);
  if (wanted.some((tr, at) => body.children[at] !== tr)) body.replaceChildren(...wanted);
  byId('no-members').hidden = members.length > 0;
  byId('table').hidden = members.length === 0;
  const learners = overview.members.filter(({ standing }) => standing === 'learner').length;
  const voters = members.length - learners;
  say(
    byId('members-count'),
    members.length === 0
      ? ''
      : `${voters} voter${voters === 1 ? '' : 's'}${learners === 0 ? '' : `, ${learners} learner${learners === 1 ? '' : 's'}`}`,
  );
}

function showNotices(overview) {
  const list = notices(overview);
  const section = byId('notices');
  section.hidden = list.length === 0;
  const key = JSON.stringify(list);
  if (section.dataset.key === key) return;
  section.dataset.key = key;
  section.replaceChildren(
    ...list.map(({ tone, title, text, advice }) => {
      const notice = element('article', 'notice', element('h3', '', title), element('p', '', text));
      notice.dataset.tone = tone;
      if (advice !== undefined) notice.append(element('p', 'advice', advice));
      return notice;
    }),
  );
}

/* Once a second */

let before;
let heardMs;
const rates = [];

function show(overview) {
  rates.push({
    writes: growth(before, overview, 'writesTotal'),
    reads: growth(before, overview, 'readsTotal'),
  });
  // The first overview has nothing to be compared with.
  if (before === undefined) rates.pop();
  if (rates.length > HISTORY) rates.shift();
  before = overview;
  showHead(overview);
  showNotices(overview);
  showFigures(overview, rates);
  showMembers(overview);
  const who =
    overview.member === undefined ? 'a process without a cluster' : `member ${overview.member}`;
  const reached =
    overview.clientAddress === undefined
      ? ''
      : `, which brokers reach at ${overview.clientAddress}`;
  say(byId('seen-by'), `Seen by ${who}, version ${overview.version}${reached}`);
  byId('main').setAttribute('aria-busy', 'false');
}

/** The port answers, but the member behind it does not. */
class NoAnswer extends Error {
  constructor(status) {
    super(`This member does not answer (${status}).`);
  }
}

async function ask() {
  const answer = await fetch('status.json', {
    cache: 'no-store',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  // Read in any case, or its connection is kept for what nobody wants.
  const body = await answer.text();
  if (!answer.ok) throw new NoAnswer(answer.status);
  return JSON.parse(body);
}

async function poll() {
  let overview;
  try {
    overview = await ask();
  } catch (error) {
    lost(error);
  }
  if (overview !== undefined) {
    heardMs = Date.now();
    document.body.classList.remove('stale');
    trouble('connection', undefined);
    byId('live-dot').dataset.tone = 'good';
    say(byId('live'), 'Live');
    show(overview);
  }
}

function lost(error) {
  document.body.classList.add('stale');
  byId('live-dot').dataset.tone = 'bad';
  say(byId('live'), 'Lost');
  const what = error instanceof NoAnswer ? error.message : 'Connection to this member lost.';
  const since =
    heardMs === undefined
      ? ''
      : ` What you see was known ${Math.round((Date.now() - heardMs) / 1000)} s ago.`;
  trouble('connection', what + since);
}

function again() {
  // A rejection is shown by the handler above; asking goes on whatever happens.
  void poll().finally(() => window.setTimeout(again, INTERVAL_MS));
}
again();
