import { assign, setup, type SnapshotFrom } from 'xstate';

type Event = { type: 'pay'; part: number } | { type: 'close' } | { type: 'agree' };

const types = { events: {} as Event, context: {} as { paid: number } };

export const machine = setup({ types }).createMachine({
  initial: 'new',
  context: { paid: 0 },
  states: {
    new: {
      on: {
        pay: [
          { target: 'checked', guard: ({ context, event }) => context.paid + event.part > 100 },
          { actions: assign({ paid: ({ context, event }) => context.paid + event.part }) },
        ],
        close: { target: 'done' },
      },
    },
    checked: { on: { agree: { target: 'done' } } },
    done: { type: 'final' },
  },
});

export const samples: Event[] = [{ type: 'pay', part: 60 }, { type: 'close' }, { type: 'agree' }];

export const claims = { always: ({ context }: SnapshotFrom<typeof machine>) => context.paid <= 100 };
