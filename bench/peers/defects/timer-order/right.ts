import { setup } from 'xstate';

type Event = { type: 'answer' };
const DAY = 86_400_000;

const actions = { alert: () => {} };

export const machine = setup({
  types: { events: {} as Event },
  actions,
  delays: { alert: 5 * DAY, move: 8 * DAY },
}).createMachine({
  initial: 'new',
  states: {
    new: {
      on: { answer: { target: 'done' } },
      after: { alert: { actions: 'alert' }, move: { target: 'done' } },
    },
    done: { type: 'final' },
  },
});

export const samples: Event[] = [{ type: 'answer' }];

export const claims = {};
