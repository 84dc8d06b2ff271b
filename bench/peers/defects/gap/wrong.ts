import { setup } from 'xstate';

type Event = { type: 'decide'; amount: number } | { type: 'agree' };

export const machine = setup({ types: { events: {} as Event } }).createMachine({
  initial: 'new',
  states: {
    new: {
      on: {
        decide: [
          { target: 'checked', guard: ({ event }) => event.amount > 100 },
          { target: 'done', guard: ({ event }) => event.amount < 50 },
        ],
      },
    },
    checked: {
      on: {
        agree: { target: 'done' },
      },
    },
    done: { type: 'final' },
  },
});

export const samples: Event[] = [
  { type: 'agree' },
  { type: 'decide', amount: 0 },
  { type: 'decide', amount: 49 },
  { type: 'decide', amount: 50 },
  { type: 'decide', amount: 75 },
  { type: 'decide', amount: 100 },
  { type: 'decide', amount: 101 },
  { type: 'decide', amount: 999 },
];

export const claims = { answered: ['decide'] };
