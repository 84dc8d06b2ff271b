import { setup } from 'xstate';

type Event = { type: 'answer' } | { type: 'ask' } | { type: 'remind' } | { type: 'ask_again' } | { type: 'give_up' };

export const machine = setup({ types: { events: {} as Event } }).createMachine({
  initial: 'new',
  states: {
    new: {
      on: {
        answer: { target: 'done' },
        ask: { target: 'asked' },
      },
    },
    asked: {
      on: {
        remind: { target: 'reminded' },
      },
    },
    reminded: {
      on: {
        ask_again: { target: 'asked' },
      },
    },
    done: { type: 'final' },
  },
});

export const samples: Event[] = [
  { type: 'answer' },
  { type: 'ask' },
  { type: 'remind' },
  { type: 'ask_again' },
  { type: 'give_up' },
];

export const claims = {};
