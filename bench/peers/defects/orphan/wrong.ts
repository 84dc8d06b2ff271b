import { setup } from 'xstate';

type Event = { type: 'answer' } | { type: 'keep' } | { type: 'drop' };

export const machine = setup({ types: { events: {} as Event } }).createMachine({
  initial: 'new',
  states: {
    new: {
      on: {
        answer: { target: 'done' },
      },
    },
    kept: {
      on: {
        drop: { target: 'done' },
      },
    },
    done: { type: 'final' },
  },
});

export const samples: Event[] = [
  { type: 'answer' },
  { type: 'keep' },
  { type: 'drop' },
];

export const claims = {};
