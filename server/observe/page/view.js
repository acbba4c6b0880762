/**
 * What the status page says, decided from an overview: words and numbers, no elements.
 *
 * Plain JavaScript, because browsers and specs read this very file. Its types are in `view.d.ts`.
 */

export const UNKNOWN = 'unknown';

const number = new Intl.NumberFormat('en-US');

/** A counting number with separators. */
export const count = (value) => (value === undefined ? UNKNOWN : number.format(value));

/** Something per second. */
export function rate(value) {
  if (value === undefined) return UNKNOWN;
  return value < 10 && !Number.isInteger(value)
    ? value.toFixed(1)
    : number.format(Math.round(value));
}

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes in the largest unit that leaves something before the point. */
export function size(bytes) {
  if (bytes === undefined) return UNKNOWN;
  let value = bytes;
  let at = 0;
  for (; value >= 1024 && at < SIZES.length - 1; at += 1) value /= 1024;
  return `${value >= 100 || at === 0 ? Math.round(value) : value.toFixed(1)} ${SIZES[at]}`;
}

/** How long something has been going on, in its two largest units. */
export function duration(ms) {
  if (ms === undefined) return UNKNOWN;
  const seconds = Math.floor(ms / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  return parts
    .slice(first === -1 ? 3 : first)
    .slice(0, 2)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}

/** How fast a counter grew between two overviews; undefined when that cannot be told. */
export function growth(before, now, name) {
  if (before === undefined || before[name] === undefined || now[name] === undefined)
    return undefined;
  const seconds = (now.atMs - before.atMs) / 1000;
  const grown = now[name] - before[name];
  // It counts anew after a restart.
  return seconds > 0 && grown >= 0 ? grown / seconds : undefined;
}

const isVoter = (overview, { id, standing }) =>
  standing === 'voter' || overview.outgoing.includes(id);

/** In its place: it answers, runs, and is not left behind by accident. */
const isHealthy = (member) =>
  member.answered &&
  member.phase === 'running' &&
  member.recent !== false &&
  member.regressed !== true &&
  member.role !== 'halted' &&
  member.role !== 'removed';

const names = (members) =>
  members.length === 1
    ? `Member ${members[0].id}`
    : `Members ${members
        .slice(0, -1)
        .map(({ id }) => id)
        .join(', ')} and ${members.at(-1).id}`;

/**
 * The majority that is nearest to being lost: during a change of the voters there are two, and both
 * must hold.
 */
function tightest({ members, outgoing }) {
  const groups = [members.filter(({ standing }) => standing === 'voter')];
  if (outgoing.length > 0) groups.push(members.filter(({ id }) => outgoing.includes(id)));
  return groups
    .map((voters) => {
      const well = voters.filter(isHealthy).length;
      const quorum = Math.floor(voters.length / 2) + 1;
      return { voters: voters.length, well, quorum, left: well - quorum };
    })
    .toSorted((a, b) => a.left - b.left)[0];
}

/** The one sentence that somebody reads who has a second: its tone, and what it says. */
export function headline(overview) {
  const { phase, error, leader, members, alarms } = overview;
  if (phase !== 'running') return notRunning(phase, error);
  const voters = members.filter((member) => isVoter(overview, member));
  const missing = voters.filter((member) => !isHealthy(member));
  const group = tightest(overview);
  if (leader === undefined) return leaderless(group, missing);
  const critical = alarms.some(({ severity }) => severity === 'critical');
  if (missing.length > 0) {
    const are = missing.length === 1 ? 'is' : 'are';
    return {
      tone: critical || group.left < 0 ? 'bad' : 'warn',
      title: 'Degraded',
      text: `${names(missing)} ${are} not in place. ${tolerance(group.left)}`,
    };
  }
  if (alarms.length > 0) {
    return {
      tone: critical ? 'bad' : 'warn',
      title: critical ? 'Alarm' : 'Serving, with a warning',
      text: `Member ${leader} leads. What needs somebody to look stands below.`,
    };
  }
  const text =
    voters.length === 1
      ? `Member ${leader} leads alone. With one voter, no failure is survived.`
      : `Member ${leader} leads, all ${voters.length} voters are in place. ${tolerance(group.left)}`;
  return { tone: 'good', title: 'Healthy', text };
}

function leaderless({ voters, well, quorum, left }, missing) {
  const why =
    left < 0
      ? `${well} of ${voters} voters ${well === 1 ? 'is' : 'are'} in place, ${quorum} are needed. Bring back ${names(missing).toLowerCase()}.`
      : 'An election is under way; this takes a second or two.';
  return { tone: 'bad', title: 'No leader', text: `Writes wait. ${why}` };
}

function tolerance(left) {
  if (left < 0) return 'There is no quorum: writes wait.';
  if (left === 0) return 'One more failure stops all writes.';
  return left === 1 ? 'One failure is survived.' : `${left} failures at once are survived.`;
}

function notRunning(phase, error) {
  const because = error === undefined ? '' : ` ${error}`;
  switch (phase) {
    case 'waiting':
      return {
        tone: 'warn',
        title: 'Waiting for orders',
        text: 'This directory is empty. Bootstrap a new cluster on it, or add it to one that exists.',
      };
    case 'opening':
      return {
        tone: 'warn',
        title: 'Opening',
        text: 'The data directory is being read and checked.',
      };
    case 'reopening':
      return {
        tone: 'bad',
        title: 'Storage failed',
        text: `It is opened again by itself.${because}`,
      };
    case 'refused':
      return {
        tone: 'bad',
        title: 'Refuses to start',
        text: `The data directory cannot be used.${because}`,
      };
    case 'broken':
      return {
        tone: 'bad',
        title: 'Broken',
        text: `Restart this process, and report this.${because}`,
      };
    case 'stopped':
      return { tone: 'bad', title: 'Stopped', text: 'This process is shutting down.' };
    default:
      return { tone: 'warn', title: `In a phase this page does not know: ${phase}`, text: because };
  }
}

const ROLES = {
  leader: 'Leader',
  follower: 'Follower',
  preCandidate: 'Asks to campaign',
  candidate: 'Campaigns',
  removed: 'Removed',
  halted: 'Halted',
};

const STANDINGS = { voter: 'Voter', learner: 'Learner', leaving: 'Leaving' };

/** How many entries a member is behind the end of the leader's log; undefined: nobody can tell. */
function lagOf(overview, member) {
  const end = Math.max(
    0,
    ...overview.members
      .filter(({ id, self }) => id === overview.leader || self)
      .map(({ lastLog }) => lastLog ?? 0),
  );
  const match = member.match ?? (member.id === overview.leader ? member.lastLog : undefined);
  const have = match ?? (member.answered ? member.lastLog : undefined);
  return have === undefined || overview.leader === undefined ? undefined : Math.max(0, end - have);
}

/** What a member is doing, and how good that is. */
function stateOf(overview, member) {
  if (!member.answered) return { tone: 'bad', text: 'No answer' };
  if (member.phase !== 'running') {
    return { tone: 'bad', text: member.phase === undefined ? UNKNOWN : `Is ${member.phase}` };
  }
  if (member.regressed === true) return { tone: 'bad', text: 'Lost acknowledged entries' };
  if (member.role === 'removed' || member.role === 'halted') {
    return { tone: 'bad', text: ROLES[member.role] };
  }
  if (member.role === 'candidate' || member.role === 'preCandidate') {
    return { tone: 'warn', text: ROLES[member.role] };
  }
  if (member.id === overview.leader) return { tone: 'good', text: 'Leads' };
  if (overview.leader === undefined) return { tone: 'warn', text: 'Waits for a leader' };
  if (member.recent === false) return { tone: 'bad', text: 'Not heard by the leader' };
  switch (member.progress) {
    case 'snapshot':
      return { tone: 'busy', text: 'Receives a snapshot' };
    case 'probe':
      return { tone: 'warn', text: 'Being probed' };
    default:
      return member.standing === 'learner' && lagOf(overview, member) > CAUGHT_UP_ENTRIES
        ? { tone: 'busy', text: 'Catches up' }
        : { tone: 'good', text: 'In step' };
  }
}

/** Nearer than this a learner is as good as there. */
const CAUGHT_UP_ENTRIES = 250;

/** One row per member. */
export function rows(overview) {
  return overview.members.map((member) => {
    const lag = lagOf(overview, member);
    const end = overview.lastLog;
    return {
      id: member.id,
      self: member.self,
      leads: member.id === overview.leader,
      answered: member.answered,
      standing: STANDINGS[member.standing] ?? member.standing,
      role: member.role === undefined ? UNKNOWN : (ROLES[member.role] ?? member.role),
      state: stateOf(overview, member),
      address: member.peerAddress ?? UNKNOWN,
      lag: lag === undefined ? UNKNOWN : lag === 0 ? 'none' : `${count(lag)} behind`,
      /** Of the log, 0 to 1; undefined: nobody can tell. */
      share: lag === undefined ? undefined : end === 0 ? 1 : Math.max(0, 1 - lag / end),
      applied: count(member.applied),
      durable: count(member.durable),
      term: count(member.term),
      log: size(member.logBytes),
      disk: diskOf(member),
      version: member.version ?? UNKNOWN,
      uptime: duration(member.uptimeMs),
    };
  });
}

function diskOf({ diskFreeBytes, diskSizeBytes }) {
  if (diskFreeBytes === undefined) return { text: UNKNOWN, used: undefined };
  const used = diskSizeBytes === undefined ? undefined : 1 - diskFreeBytes / diskSizeBytes;
  return { text: `${size(diskFreeBytes)} free`, used };
}

/** What somebody should know or do: alarms, and what this page sees by itself. */
export function notices(overview) {
  const list = overview.alarms.map(({ name, severity, member, message, advice }) => ({
    tone: severity === 'critical' ? 'bad' : 'warn',
    title: `${sentence(name)}${member === undefined ? '' : ` · member ${member}`}`,
    text: message,
    advice,
  }));
  const silent = overview.members.filter(({ answered }) => !answered);
  if (silent.length > 0) {
    list.push({
      tone: 'warn',
      title: `${names(silent)} ${silent.length === 1 ? 'does' : 'do'} not answer`,
      text: 'What is shown here is what the others know.',
      advice: `Look whether ${silent.length === 1 ? 'its process runs' : 'their processes run'}, and whether ${silent
        .map(({ peerAddress }) => peerAddress ?? 'the address')
        .join(' and ')} can be reached from here.`,
    });
  }
  if (overview.outgoing.length > 0) {
    list.push({
      tone: 'busy',
      title: 'A change of the voters is on its way',
      text: `Two majorities decide until it is over; before it the voters were ${overview.outgoing.join(', ')}.`,
      advice: undefined,
    });
  }
  const versions = new Set(overview.members.flatMap(({ version }) => version ?? []));
  if (versions.size > 1) {
    list.push({
      tone: 'busy',
      title: 'Members are of different versions',
      text: `${[...versions].toSorted().join(', ')}. New commands wait until all know them.`,
      advice: undefined,
    });
  }
  return list;
}

const sentence = (name) => (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll('_', ' ');
