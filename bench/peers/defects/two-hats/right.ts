import { assign, setup, type SnapshotFrom } from 'xstate';

type Event = { type: 'decide'; who: string } | { type: 'hurry' } | { type: 'approve'; who: string };

const types = { events: {} as Event, context: {} as { decider?: string; approver?: string } };

export const machine = setup({ types }).createMachine({
  initial: 'new',
  context: {},
  states: {
    new: {
      on: {
        decide: { target: 'decided', actions: assign({ decider: ({ event }) => event.who }) },
      },
    },
    decided: {
      on: {
        approve: {
          target: 'approved',
          guard: ({ context, event }) => event.who !== context.decider,
          actions: assign({ approver: ({ event }) => event.who }),
        },
        hurry: { target: 'hurried' },
      },
    },
    hurried: {
      on: {
        approve: {
          target: 'approved',
          guard: ({ context, event }) => event.who !== context.decider,
          actions: assign({ approver: ({ event }) => event.who }),
        },
      },
    },
    approved: { type: 'final' },
  },
});

export const samples: Event[] = [
  { type: 'hurry' },
  { type: 'decide', who: 'kim' },
  { type: 'decide', who: 'lee' },
  { type: 'approve', who: 'kim' },
  { type: 'approve', who: 'lee' },
];

export const claims = {
  always: ({ value, context }: SnapshotFrom<typeof machine>) =>
    value !== 'approved' || context.approver !== context.decider,
};
