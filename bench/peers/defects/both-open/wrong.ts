import { setup } from 'xstate';

type Event = { type: 'decide'; amount: number; kind: string } | { type: 'agree' };

export const machine = setup({ types: { events: {} as Event } }).createMachine({
  initial: 'new',
  states: {
    new: {
      on: {
        decide: [
          { target: 'checked', guard: ({ event }) => event.kind === "privacy" || event.amount > 100 },
          { target: 'done', guard: ({ event }) => event.amount < 200 },
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
  { type: 'decide', amount: 0, kind: 'privacy' },
  { type: 'decide', amount: 150, kind: 'privacy' },
  { type: 'decide', amount: 999, kind: 'privacy' },
  { type: 'decide', amount: 0, kind: 'bill' },
  { type: 'decide', amount: 150, kind: 'bill' },
  { type: 'decide', amount: 999, kind: 'bill' },
];

export const claims = {};
