import { setup } from 'xstate';

type Event = { type: 'answer'; role: string };

export const machine = setup({ types: { events: {} as Event } }).createMachine({
  initial: 'new',
  states: {
    new: {
      on: {
        answer: { target: 'done', guard: ({ event }) => (["clerk"] as string[]).includes(event.role) },
      },
    },
    done: { type: 'final' },
  },
});

export const samples: Event[] = [
  { type: 'answer', role: 'clerk' },
  { type: 'answer', role: 'chief' },
];

export const claims = {};
