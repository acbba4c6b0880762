/** Where things are in a member's container. */
export const PATHS = {
  data: '/var/lib/robustmq-meta',
  configuration: '/etc/robustmq-meta',
  tls: '/etc/robustmq-meta-tls',
} as const;
