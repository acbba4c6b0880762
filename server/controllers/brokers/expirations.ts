/** What nobody has used for a long time goes: offsets of groups, and mail addresses. */
import { resourceConfig } from '../../state/registry/resource-config.ts';
import { expireMail, mail } from '../../state/registry/mq9.ts';
import { expireGroup, offset, offsetGroup } from '../../state/registry/offset.ts';
import { propose } from './duty.ts';
import type { Duty, Moment, Proposal } from './duty.ts';
import { createWalk } from './walk.ts';

export interface ExpirationOptions {
  /** Unless brokers have set another time. */
  readonly offsetsMs: number;
  readonly offsetsEveryMs: number;
  readonly mailsEveryMs: number;
}

const STEP_ROWS = 5_000;
/** As many offsets in one entry of the log. */
const OFFSETS_MAX = 500;

/** A duty for each: however many groups there are to go, they hold up no mail address. */
export function createExpirations(options: ExpirationOptions): readonly Duty[] {
  return [
    { look: createPeriodic(options.offsetsEveryMs, createGroupWalk(options.offsetsMs)) },
    { look: createPeriodic(options.mailsEveryMs, createMailWalk()) },
  ];
}

interface Stretch {
  readonly proposals: readonly Proposal[];
  readonly ended: boolean;
}

/** Begins again some time after its beginning, and goes on at every look until then. */
function createPeriodic(
  everyMs: number,
  step: (moment: Moment) => Stretch,
): (moment: Moment) => readonly Proposal[] {
  let begunMs: number | undefined;
  let walking = true;
  return (moment) => {
    if (!walking && moment.nowMs - (begunMs ?? 0) < everyMs) return [];
    if (!walking || begunMs === undefined) begunMs = moment.nowMs;
    const { proposals, ended } = step(moment);
    walking = !ended;
    return proposals;
  };
}

/** A group's offsets come one after the other: it is known when the next group begins. */
function createGroupWalk(usualMs: number): (moment: Moment) => Stretch {
  const walk = createWalk(offset, STEP_ROWS);
  let group: { readonly tenant: string; readonly group: string; latestMs: bigint } | undefined;

  return (moment) => {
    const { records, ended } = walk.next(moment);
    const expiryMs = BigInt(groupExpiryMs(moment) ?? usualMs);
    const isOld = (ms: bigint): boolean => ms + expiryMs <= BigInt(moment.timeMs);
    const proposals: Proposal[] = [];
    const close = (): void => {
      if (group === undefined || !isOld(group.latestMs)) return;
      const { tenant, group: name, latestMs } = group;
      // What was saved last may be deleted since: the note stays, and apply holds to it.
      const notedMs = moment.records.get(offsetGroup, [tenant, name])?.saved_ms ?? 0n;
      if (!isOld(notedMs)) return;
      const saved_before_ms = notedMs > latestMs ? notedMs : latestMs;
      const expired = { tenant, group: name, saved_before_ms, most: OFFSETS_MAX };
      proposals.push(propose(JSON.stringify([tenant, name]), expireGroup, expired));
    };
    for (const { tenant, group: name, saved_ms } of records) {
      if (group?.tenant === tenant && group.group === name) {
        if (saved_ms > group.latestMs) group.latestMs = saved_ms;
        continue;
      }
      close();
      group = { tenant, group: name, latestMs: saved_ms };
    }
    if (ended) {
      close();
      group = undefined;
    }
    return { proposals, ended };
  };
}

function createMailWalk(): (moment: Moment) => Stretch {
  const walk = createWalk(mail, STEP_ROWS);
  return (moment) => {
    const { records, ended } = walk.next(moment);
    const nowS = BigInt(Math.floor(moment.timeMs / 1_000));
    const expired = records.filter(({ ttl, create_time }) => ttl > 0n && create_time + ttl <= nowS);
    const proposals = expired.map(({ tenant, mail_address, create_time }) =>
      propose(JSON.stringify([tenant, mail_address]), expireMail, {
        tenant,
        mail_address,
        create_time,
      }),
    );
    return { proposals, ended };
  };
}

/** What brokers have stored of it: JSON with many other settings, of which none need be there. */
function groupExpiryMs({ records }: Pick<Moment, 'records'>): number | undefined {
  const stored = records.get(resourceConfig, ['cluster/MetaRuntime']);
  const found =
    stored &&
    /"group_offset_expire_sec"\s*:\s*(\d{1,12})/.exec(new TextDecoder().decode(stored.config));
  return found ? Number(found[1]) * 1_000 : undefined;
}
