import { setup } from 'xstate';

type Event = { type: 'answer' };
const DAY = 86_400_000;

export const machine = setup({ types: { events: {} as Event } }).createMachine({
  type: 'parallel',
  states: {
    work: {
      initial: 'waits',
      states: {
        waits: { after: { [3 * DAY]: { target: 'ready' } } },
        ready: { on: { answer: { target: 'answered' } } },
        answered: { type: 'final' },
      },
    },
    promise: {
      initial: 'running',
      states: {
        running: {
          after: { [2 * DAY]: { target: 'missed' } },
          on: { answer: { target: 'kept' } },
        },
        missed: { type: 'final' },
        kept: { type: 'final' },
      },
    },
  },
});

export const samples: Event[] = [{ type: 'answer' }];

export const claims = {};
