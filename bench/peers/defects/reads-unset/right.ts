import { setup } from 'xstate';

type Event = { type: 'decide'; fee: number } | { type: 'agree' };

export const machine = setup({ types: { events: {} as Event } }).createMachine({
  initial: 'new',
  states: {
    new: {
      on: {
        decide: [
          { target: 'checked', guard: ({ event }) => event.fee > 100 },
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
  { type: 'decide', fee: 5 },
  { type: 'decide', fee: 500 },
];

export const claims = {};
