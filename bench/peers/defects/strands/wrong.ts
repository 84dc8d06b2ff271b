import { createMachine, stateIn } from 'xstate';

type Event = { type: 'check' } | { type: 'pay' };

export const machine = createMachine({
  types: {} as { events: Event },
  type: 'parallel',
  states: {
    checking: {
      initial: 'open',
      states: {
        open: { on: { check: { target: 'over', guard: stateIn({ paying: 'over' }) } } },
        over: { type: 'final' },
      },
    },
    paying: {
      initial: 'open',
      states: {
        open: { on: { pay: { target: 'over', guard: stateIn({ checking: 'over' }) } } },
        over: { type: 'final' },
      },
    },
  },
});

export const samples: Event[] = [{ type: 'check' }, { type: 'pay' }];

export const claims = {};
