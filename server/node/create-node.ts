import { StorageError } from '../ports/outcome.ts';
import type { Envelope } from '../ports/transport.ts';
import { createCalls } from './calls.ts';
import { checkNodeOptions } from './check-options.ts';
import { adoptIdentity, foundCluster } from './founding.ts';
import { createLifecycle } from './lifecycle.ts';
import type { Phase } from './lifecycle.ts';
import type { Node, NodeObserver, NodeOptions, NodePorts, NodeStatus } from './node.ts';
import { createRequests } from './requests.ts';
import type { Run } from './run.ts';
import { idleStatus, runningStatus } from './status.ts';

/** Creates the driver of one member; it begins to open its stores. See {@link Node}. Throws InvariantError for settings that cannot work. */
export function createNode(
  ports: NodePorts,
  options: NodeOptions,
  observer: NodeObserver = {},
): Node {
  checkNodeOptions(options);
  const { clock, defer } = ports;
  const { directory, requestTimeoutMs } = options;
  const calls = createCalls();
  const lifecycle = createLifecycle({ ports, options, observer, calls });
  const phase = (): Phase => lifecycle.phase();
  let misaddressed = 0;

  const running = (): Run | undefined => {
    const now = phase();
    return now.kind === 'running' ? now.run : undefined;
  };

  const applied = (): Run => {
    const run = running();
    if (run === undefined) throw new StorageError('closed', `node: ${phase().kind}`);
    return run;
  };

  /** The core that an envelope is for. Where nobody is yet, the envelope says who it will be. */
  function receiverOf(envelope: Envelope): Run | undefined {
    const now = phase();
    if (now.kind === 'running' && now.run.accepts(envelope)) return now.run;
    if (now.kind === 'waiting' && envelope.directory === directory) {
      const { cluster, message } = envelope;
      lifecycle.join(adoptIdentity({ cluster, member: message.to }), undefined);
    } else if (now.kind === 'running' || now.kind === 'waiting') misaddressed += 1;
    return undefined;
  }

  return {
    ...createRequests({ clock, defer, calls, requestTimeoutMs, phase }),
    tick: () => {
      lifecycle.tick();
      calls.expire(clock.nowMs());
    },
    bootstrap: (cluster, done) => {
      if (phase().kind !== 'waiting') defer(() => done('refused'));
      else {
        const call = calls.open(done, 'unknown', clock.nowMs() + requestTimeoutMs);
        lifecycle.join(foundCluster(cluster, directory, options.founding ?? []), call);
      }
    },
    receive: (envelope) => {
      const { message } = envelope;
      receiverOf(envelope)?.receive(message);
    },
    receiveSnapshot: (envelope, body, done) => {
      const { message } = envelope;
      const run = message.kind === 'snapshot' ? receiverOf(envelope) : undefined;
      if (run === undefined || message.kind !== 'snapshot') {
        body.close();
        done(false);
      } else run.receiveSnapshot(message, body, done);
    },
    reachable: (member, reachable) => running()?.feed({ kind: 'peer', member, reachable }),
    storageSpace: (low) => lifecycle.storageSpace(low),
    row: (key) => applied().row(key),
    range: (prefix, after) => applied().range(prefix, after),
    snapshot: () => {
      applied();
      return ports.state.snapshot();
    },
    status: () => statusOf(phase(), misaddressed),
    stop: (done) => lifecycle.stop(done),
  };
}

function statusOf(phase: Phase, misaddressed: number): NodeStatus {
  switch (phase.kind) {
    case 'running':
      return runningStatus(phase.run.standing(), misaddressed);
    case 'joining':
      return idleStatus('waiting', undefined, misaddressed);
    case 'reopening':
    case 'refused':
    case 'broken':
      return idleStatus(phase.kind, phase.error, misaddressed);
    case 'opening':
    case 'waiting':
    case 'stopped':
      return idleStatus(phase.kind, undefined, misaddressed);
  }
}
