import { SECRET_KEYS } from '../../api/certificates.ts';
import { childNames } from '../../api/names.ts';
import { SECRETS } from '../../resources/kinds.ts';
import { find } from '../kubernetes/api-server.ts';
import { PLACE } from '../world.ts';
import type { Property } from './property.ts';

/** An authority that goes before the next one is believed by all takes its certificates with it. */
export const oneRotationAtATime: Property = {
  name: 'one rotation at a time',
  judge: ({ server, certificates }, mutation) => {
    const { authoritySecret, tlsSecret } = childNames(PLACE.name);
    if (mutation.kind !== 'apply' || mutation.resource.plural !== SECRETS.plural) return undefined;
    // One that is lost has to be replaced, whenever that happens.
    if (mutation.name !== authoritySecret || !find(server, SECRETS, authoritySecret))
      return undefined;
    const believed = find(server, SECRETS, tlsSecret)?.data?.[SECRET_KEYS.authorities] ?? '';
    const count = certificates.read(Buffer.from(believed, 'base64').toString()).length;
    return count > 1 ? `${count} authorities are believed already` : undefined;
  },
};
