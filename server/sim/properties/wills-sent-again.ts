import { will } from '../../state/registry/will.ts';
import { createBrokerState } from '../evidence/broker-state.ts';
import type { Actor, BrokerEvent } from '../observation.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'nobody sends a will again that it knows was published';

/** What members know of a will. */
interface Sent {
  readonly by: Actor;
  answer: 'none' | 'published' | 'notPublished' | 'unknown';
}

/**
 * Whoever sent a will sends it again only when it was told that it was not published, or when nobody
 * can tell. A leader that follows cannot tell, after a crash or a transfer, what was not forgotten yet in
 * the log: it sends again, and the broker publishes again. None is forgotten that was not published.
 */
export const willsSentAgain: Property = {
  name: NAME,
  source: 'MQTT 5.0 §3.1.2.5; ARCHITECTURE.md, "What is kept for brokers"',
  watch() {
    const take = createBrokerState();
    /** By will: who sent it. */
    const sent = new Map<string, Sent[]>();
    const published = new Set<string>();

    function send({
      actor,
      will: { id, client_id },
    }: Extract<BrokerEvent, { kind: 'willSent' }>): void {
      const sends = sent.get(id) ?? [];
      for (const { by, answer } of sends) {
        if (!isSame(by, actor)) continue;
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
      sent.set(id, [...sends, { by: actor, answer: 'none' }]);
    }

    function hear(event: BrokerEvent): void {
      if (event.kind === 'willSent') send(event);
      else if (event.kind === 'willPublished') published.add(event.will.id);
      else if (event.kind === 'willAnswered') {
        const { actor, answer } = event;
        const of = sent
          .get(event.will.id)
          ?.find((each) => isSame(each.by, actor) && each.answer === 'none');
        if (of !== undefined) of.answer = meaningOf(answer);
      }
    }

    return (observation) => {
      if (observation.kind === 'broker') hear(observation.event);
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

const meaningOf = (
  answer: Extract<BrokerEvent, { kind: 'willAnswered' }>['answer'],
): Sent['answer'] =>
  answer === 'done' ? 'published' : answer === 'unknown' ? 'unknown' : 'notPublished';

const isSame = (one: Actor, other: Actor): boolean =>
  one.directory === other.directory && one.incarnation === other.incarnation;

function fail(message: string, actor?: Actor): never {
  throw new Violation(NAME, message, actor === undefined ? [] : [actor.directory]);
}
