/** `npm run demo`: what the project does, shown and checked. See `--help`. */
import { Command } from 'commander';
import { demonstrate, type DemoWish } from './in-kubernetes.ts';
import { demonstrateLocally } from './local/demonstrate.ts';

interface Flags extends DemoWish {
  readonly local?: true;
}

const flags = new Command('demo')
  .description(
    `A cluster in Kubernetes: created, scaled, its leader killed, a volume lost, and healed, while it
is written to. Kubernetes is built and brought up here (Linux, root), or one that is there is used.`,
  )
  .option('--keep', 'leave it all there, to look around')
  .option('--local', 'three members on this machine instead, without Kubernetes')
  .option('--name <name>', 'what to call the Kubernetes', 'demo')
  .option('--context <name>', 'use this context of your kubeconfig')
  .option('--image <reference>', 'an image that the cluster can pull, instead of one built here')
  .parse()
  .opts<Flags>();

if (flags.local) await demonstrateLocally();

const begin = performance.now();
try {
  const held = await demonstrate(flags);
  const seconds = ((performance.now() - begin) / 1_000).toFixed(0);
  console.log(held ? `\nEverything held, in ${seconds} s.` : '\nNot everything held.');
  process.exit(held ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
