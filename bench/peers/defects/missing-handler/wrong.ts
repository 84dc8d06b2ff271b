import { setup } from 'xstate';

type Event = { type: 'answer' } | { type: 'object' } | { type: 'file' };

export const machine = setup({ types: { events: {} as Event } }).createMachine({
  initial: 'new',
  states: {
    new: {
      on: {
        answer: { target: 'answered' },
      },
    },
    answered: {
      on: {
        object: { target: 'objected' },
        file: { target: 'done' },
      },
    },
    objected: {
      on: {
        answer: { target: 'answered' },
        object: { target: 'answered' },
      },
    },
    done: { type: 'final' },
  },
});

export const samples: Event[] = [
  { type: 'answer' },
  { type: 'object' },
  { type: 'file' },
];

export const claims = { everywhere: ['object'] };
