import { burst } from '../../clients/client.ts';
import type { Performers } from './scene.ts';

export const CLIENT_ACTIONS: Performers<'burst'> = {
  burst: ({ clients }, { operations }) => {
    burst(clients, operations);
    return true;
  },
};
