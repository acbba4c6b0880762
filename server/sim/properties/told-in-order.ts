import { createToldBrokers } from '../evidence/told-brokers.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'brokers are told in the order of the log, and nothing is left out';

/**
 * Each process of a broker, from where it listed what there was, or was told it from the state: one
 * thing after the other, or again from one that it was told before on. What it has acknowledged to a
 * leader, that leader does not tell it again. An overtaken leader tells nothing, but for what was on
 * its way.
 */
export const toldInOrder: Property = {
  name: NAME,
  source: 'ARCHITECTURE.md, "Pushes"; behaviour of v0.4.11 §4.3, §11.3',
  watch() {
    const take = createToldBrokers();
    return (observation) => {
      const told = take(observation);
      if (told?.problem === undefined) return;
      const by = observation.kind === 'broker' && observation.event.kind === 'told';
      const involved = by ? [observation.event.update.by.directory] : [];
      throw new Violation(NAME, `broker ${told.broker}: ${told.problem}`, involved);
    };
  },
};
