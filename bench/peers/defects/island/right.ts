import { setup } from 'xstate';

type Event = { type: 'answer' } | { type: 'keep' } | { type: 'look_up' } | { type: 'put_back' } | { type: 'drop' };

export const machine = setup({ types: { events: {} as Event } }).createMachine({
  initial: 'new',
  states: {
    new: {
      on: {
        answer: { target: 'done' },
        keep: { target: 'kept' },
      },
    },
    kept: {
      on: {
        look_up: { target: 'open' },
      },
    },
    open: {
      on: {
        put_back: { target: 'kept' },
        drop: { target: 'done' },
      },
    },
    done: { type: 'final' },
  },
});

export const samples: Event[] = [
  { type: 'answer' },
  { type: 'keep' },
  { type: 'look_up' },
  { type: 'put_back' },
  { type: 'drop' },
];

export const claims = {};
