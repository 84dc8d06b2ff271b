import { setup } from 'xstate';

type Event = { type: 'answer' } | { type: 'park' } | { type: 'take_up' };

export const machine = setup({ types: { events: {} as Event } }).createMachine({
  initial: 'new',
  states: {
    new: {
      on: {
        answer: { target: 'done' },
        park: { target: 'parked' },
      },
    },
    parked: {},
    done: { type: 'final' },
  },
});

export const samples: Event[] = [
  { type: 'answer' },
  { type: 'park' },
  { type: 'take_up' },
];

export const claims = {};
