import { setup } from 'xstate';

type Event = { type: 'decide'; amount: number } | { type: 'agree' };

export const machine = setup({ types: { events: {} as Event } }).createMachine({
  initial: 'new',
  states: {
    new: {
      on: {
        decide: [
          { target: 'checked', guard: ({ event }) => event.amount > 20 && event.amount < 50 },
          { target: 'done' },
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
  { type: 'decide', amount: 20 },
  { type: 'decide', amount: 35 },
  { type: 'decide', amount: 50 },
  { type: 'decide', amount: 99 },
];

export const claims = {};
