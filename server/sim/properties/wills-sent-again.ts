import { will } from '../../state/registry/will.ts';
import { createBrokerState } from '../evidence/broker-state.ts';
import { isSameActor } from '../observation.ts';
import type { Actor, BrokerEvent } from '../observation.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'a will is sent again only when nobody can tell that it was published';

/** What members know of a will. */
interface Sent {
  readonly by: Actor;
  readonly atMs: number;
  answer: 'none' | 'published' | 'notPublished' | 'unknown';
  /** Its sender began to hand over though it could have waited for what comes of it. */
  handedOver: boolean;
}

/**
 * Whoever sent a will sends it again only when it was told that it was not published, or when nobody
 * can tell. A leader that follows cannot tell, after a crash, what was not forgotten yet in the log: it
 * sends again, and the broker publishes again. A leader that hands over waits for that, as long as
 * brokers answer in time, so that it is sent once. None is forgotten that was not published.
 */
export const willsSentAgain: Property = {
  name: NAME,
  source: 'MQTT 5.0 §3.1.2.5; ARCHITECTURE.md, "What is kept for brokers"',
  watch() {
    const take = createBrokerState();
    /** By will: who sent it. */
    const sent = new Map<string, Sent[]>();
    const published = new Set<string>();

    function send({ actor, will: { id, client_id } }: Of<'willSent'>, atMs: number): void {
      const sends = sent.get(id) ?? [];
      for (const each of sends) {
        const { by, answer, handedOver } = each;
        if (!isSameActor(by, actor)) {
          if (!handedOver || !isOpen(each)) continue;
          fail(
            `${actor.directory} sent the will of ${client_id} again, for ${by.directory} did not wait when it handed over`,
            actor,
            by,
          );
        }
        if (answer === 'none') {
          fail(`${actor.directory} sent the will of ${client_id} twice at once`, actor);
        }
        if (answer === 'published') {
          fail(
            `${actor.directory} sent the will of ${client_id} again, which was published`,
            actor,
          );
        }
      }
      sent.set(id, [...sends, { by: actor, atMs, answer: 'none', handedOver: false }]);
    }

    /** What it sent before it was asked to hand over, and longer ago, it need not wait for. */
    function handOver({ actor, restMsMax }: Of<'handsOver'>, atMs: number): void {
      for (const each of [...sent.values()].flat()) {
        each.handedOver ||=
          isSameActor(each.by, actor) && isOpen(each) && atMs - each.atMs < restMsMax;
      }
    }

    function hear(event: BrokerEvent, atMs: number): void {
      if (event.kind === 'willSent') send(event, atMs);
      else if (event.kind === 'handsOver') handOver(event, atMs);
      else if (event.kind === 'willPublished') published.add(event.will.id);
      else if (event.kind === 'willAnswered') {
        const { actor, answer } = event;
        const of = sent
          .get(event.will.id)
          ?.find((each) => isSameActor(each.by, actor) && each.answer === 'none');
        if (of !== undefined) of.answer = meaningOf(answer);
      }
    }

    return (observation) => {
      if (observation.kind === 'broker') hear(observation.event, observation.atMs);
      for (const { before, after } of take(observation)?.of(will) ?? []) {
        if (before === undefined || after !== undefined) continue;
        if (!published.has(before.id)) {
          fail(`the will of ${before.client_id} was forgotten, not published`);
        }
        published.delete(before.id);
      }
    };
  },
};

type Of<Kind extends BrokerEvent['kind']> = Extract<BrokerEvent, { kind: Kind }>;

const meaningOf = (answer: Of<'willAnswered'>['answer']): Sent['answer'] =>
  answer === 'done' ? 'published' : answer === 'unknown' ? 'unknown' : 'notPublished';

/** It may have been published, and nobody needs to send it again. */
const isOpen = ({ answer }: Sent): boolean => answer === 'none' || answer === 'published';

function fail(message: string, ...actors: readonly Actor[]): never {
  throw new Violation(
    NAME,
    message,
    actors.map(({ directory }) => directory),
  );
}
