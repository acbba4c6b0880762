import { describeProperty } from './cases.contract.ts';
import { logMatching } from './log-matching.ts';
import { durable, entry, persist, stepped } from './testing/observations.ts';

describeProperty(logMatching, {
  breaks: {
    'different entries of one index and term': [
      stepped({ id: 1, term: 2, terms: [1, 2] }, [persist([entry(2, 2, 'command', [1])])]),
      stepped({ id: 2, term: 2, terms: [1, 2] }, [persist([entry(2, 2, 'command', [2])])]),
    ],
    'entries of different kinds': [
      stepped({ id: 1, term: 2, terms: [1, 2] }, [persist([entry(2, 2, 'noop')])]),
      stepped({ id: 2, term: 2, terms: [1, 2] }, [persist([entry(2, 2, 'command')])]),
    ],
    'one entry behind different ones': [
      stepped({ id: 1, term: 3, terms: [1, 2, 3] }, [persist([entry(3, 3)])]),
      stepped({ id: 2, term: 3, terms: [1, 1, 3] }, [persist([entry(3, 3)])]),
    ],
    'a log in memory that was not cut where it was on disk': [
      stepped({ id: 1, term: 1, terms: [1, 1, 1] }, [persist([entry(2, 1), entry(3, 1)])]),
      stepped({ id: 1, term: 2, terms: [1, 2] }, [persist([entry(2, 2)])]),
      stepped({ id: 1, term: 2, terms: [1, 2, 1] }),
    ],
    'a log on disk that was not cut': [
      stepped({ id: 1, term: 1, terms: [1, 1, 1] }, [persist([entry(2, 1), entry(3, 1)])]),
      durable(1, [1, 2, 1]),
    ],
  },
  holds: {
    'the same entries': [
      stepped({ id: 1, term: 2, terms: [1, 2] }, [persist([entry(2, 2, 'command', [1])])]),
      stepped({ id: 2, term: 2, terms: [1, 2] }, [persist([entry(2, 2, 'command', [1])])]),
      durable(2, [1, 2]),
    ],
    'different entries of different terms at one index': [
      stepped({ id: 1, term: 2, terms: [1, 2] }, [persist([entry(2, 2)])]),
      stepped({ id: 2, term: 3, terms: [1, 3] }, [persist([entry(2, 3)])]),
      stepped({ id: 1, term: 3, terms: [1, 3] }, [persist([entry(2, 3)])]),
    ],
  },
});
