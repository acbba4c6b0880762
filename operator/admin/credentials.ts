import { createSecureContext } from 'node:tls';
import type { PeerCertificate } from 'node:tls';
import { ChannelCredentials } from '@grpc/grpc-js';
import type { TlsMaterial } from './members.ts';

/** An address is no name for TLS: every member is called by this one, and known by its role. */
export const SERVER_NAME = 'robustmq-peer';
const PEER_URI = 'URI:robustmq://peer';

/** How both sides prove who they are; without material, neither does. */
export function credentialsOf(tls: TlsMaterial | undefined): ChannelCredentials {
  if (tls === undefined) return ChannelCredentials.createInsecure();
  const { authority, certificate, key } = tls;
  const context = createSecureContext({ ca: authority, cert: certificate, key });
  return ChannelCredentials.createFromSecureContext(context, { checkServerIdentity: checkPeer });
}

/** Node quotes a name that holds a comma, so that it cannot pass for several; nor may it here. */
function checkPeer(_name: string, { subjectaltname = '' }: PeerCertificate): Error | undefined {
  const names = subjectaltname.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').split(', ');
  if (names.includes(PEER_URI)) return undefined;
  return new Error('the certificate of the member lacks the URI robustmq://peer');
}
