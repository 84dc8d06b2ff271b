import { setup } from 'xstate';

type Event = { type: 'decide'; amount: number } | { type: 'agree' };

export const machine = setup({ types: { events: {} as Event } }).createMachine({
  initial: 'new',
  states: {
    new: {
      on: {
        decide: [
          { target: 'done', guard: ({ event }) => event.amount < 10 },
          { target: 'checked', guard: ({ event }) => event.amount >= 10 },
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
  { type: 'decide', amount: 9 },
  { type: 'decide', amount: 10 },
  { type: 'decide', amount: 11 },
  { type: 'decide', amount: 99 },
];

export const claims = { answered: ['decide'] };
