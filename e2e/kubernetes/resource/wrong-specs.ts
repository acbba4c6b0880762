/** Specs that people get wrong, and a piece of what they are to be told. */

export interface WrongSpec {
  readonly what: string;
  /** Replaces keys of `spec.meta` of a spec that is right. */
  readonly meta: Readonly<Record<string, unknown>>;
  readonly says: RegExp;
  readonly name?: string;
}

export const RIGHT = { version: '0.1.0', storage: { size: '10Gi', class: 'pinned' } } as const;

const image = (reference: string, says: RegExp, what: string): WrongSpec => ({
  what,
  meta: { version: undefined, image: reference },
  says,
});

/** Everything that can be said, and none of it wrong. */
export const FULL = {
  resources: {
    requests: { cpu: '0.5', memory: '512Mi' },
    limits: { cpu: 1, memory: 1_073_741_824, 'ephemeral-storage': '1Gi' },
  },
  scheduling: {
    nodeSelector: { 'example.com/disk': 'ssd', empty: '' },
    tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }],
  },
  pod: {
    labels: { 'team.example.com/name': 'a-b_c.D', x: '1' },
    annotations: { 'prometheus.io/scrape': 'true' },
  },
  configuration: { 'raft.election_timeout': '2s', 'log.level': 'debug' },
  clients: {
    from: [
      { ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.128/25'] } },
      { ipBlock: { cidr: '2001:db8::/32' } },
      { ipBlock: { cidr: '::/0' } },
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'brokers' } } },
    ],
  },
} as const;

export const WRONG_SPECS: readonly WrongSpec[] = [
  { what: 'no replicas', meta: { replicas: 0 }, says: /greater than or equal to 1/ },
  { what: 'too many replicas', meta: { replicas: 8 }, says: /less than or equal to 7/ },
  { what: 'half a replica', meta: { replicas: 2.5 }, says: /replicas/ },
  { what: 'replicas as text', meta: { replicas: 'three' }, says: /replicas/ },
  { what: 'neither version nor image', meta: { version: undefined }, says: /exactly one/ },
  { what: 'version and image', meta: { image: 'a/b:1' }, says: /exactly one/ },
  { what: 'the newest version', meta: { version: 'latest' }, says: /must be a full version/ },
  { what: 'a version with a v', meta: { version: 'v0.1.0' }, says: /must be a full version/ },
  { what: 'a version with leading zeros', meta: { version: '01.1.0' }, says: /leading zeros/ },
  { what: 'a range of versions', meta: { version: '0.1' }, says: /must be a full version/ },
  image('meta:latest', /"latest" changes behind your back/, 'the tag latest'),
  image('registry.example:5000/meta', /must name a tag or a digest/, 'no tag, but a port'),
  image('Meta Image:1', /must be an image reference/, 'a name with a space'),
  image('a//b:1', /must be an image reference/, 'a name with an empty part'),
  image('a/b@sha256:abc', /must be an image reference/, 'half a digest'),
  { what: 'no storage', meta: { storage: undefined }, says: /spec.meta.storage: Required/ },
  { what: 'no size', meta: { storage: {} }, says: /size: Required/ },
  { what: 'a size of nothing', meta: { storage: { size: 'big' } }, says: /must be a quantity/ },
  { what: 'a size with an exponent', meta: { storage: { size: '2e10' } }, says: /without sign/ },
  { what: 'a size with a sign', meta: { storage: { size: '+10Gi' } }, says: /without sign/ },
  { what: 'too small a size', meta: { storage: { size: '512Mi' } }, says: /at least 1Gi/ },
  {
    what: 'a class that cannot be one',
    meta: { storage: { size: '1Gi', class: 'Fast SSD' } },
    says: /name of a StorageClass/,
  },
  {
    what: 'an unknown end of volumes',
    meta: { storage: { size: '1Gi', onDelete: 'Recycle' } },
    says: /supported values: "Retain", "Delete"/,
  },
  {
    what: 'an unknown spread',
    meta: { scheduling: { spread: 'Always' } },
    says: /supported values: "Required", "Preferred"/,
  },
  {
    what: 'a toleration of every value, and one',
    meta: { scheduling: { tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] } },
    says: /value must not be set when operator is Exists/,
  },
  {
    what: 'a toleration of nothing',
    meta: { scheduling: { tolerations: [{ value: 'b' }] } },
    says: /key must be set/,
  },
  ...[undefined, 'NoSchedule'].map((effect) => ({
    what: `seconds of a toleration of ${effect ?? 'every effect'}`,
    meta: {
      scheduling: {
        tolerations: [{ key: 'a', operator: 'Exists', effect, tolerationSeconds: 60 }],
      },
    },
    says: /tolerationSeconds belongs to effect NoExecute/,
  })),
  {
    what: "a label of the operator's",
    meta: { pod: { labels: { 'app.kubernetes.io/name': 'mine' } } },
    says: /belong to the operator/,
  },
  {
    what: 'an annotation that loosens security',
    meta: {
      pod: { annotations: { 'container.apparmor.security.beta.kubernetes.io/meta': 'unconfined' } },
    },
    says: /could loosen what pods may do/,
  },
  {
    what: 'no time to end',
    meta: { pod: { terminationGracePeriodSeconds: 1 } },
    says: /greater than or equal to 15/,
  },
  {
    what: 'a security context',
    meta: { pod: { securityContext: {} } },
    says: /unknown field|not declared in schema/,
  },
  {
    what: 'a setting that is not theirs',
    meta: { configuration: { 'listen.peer': '0.0.0.0:1' } },
    says: /are set by the operator/,
  },
  {
    what: 'a setting as a number',
    meta: { configuration: { 'raft.election_timeout': 2 } },
    says: /must be of type string|expected string/,
  },
  {
    what: 'certificates from nowhere',
    meta: { tls: { mode: 'Secret' } },
    says: /belong to mode Secret/,
  },
  {
    what: 'certificates for members alone',
    meta: { tls: { mode: 'Secret', secretName: 'mine' } },
    says: /belong to mode Secret/,
  },
  {
    what: 'the rights of the operator in pods',
    meta: { tls: { mode: 'Secret', secretName: 'mine', operatorSecretName: 'mine' } },
    says: /must differ/,
  },
  {
    what: 'a Secret for nothing',
    meta: { tls: { mode: 'Managed', secretName: 'mine' } },
    says: /belong to mode Secret/,
  },
  {
    what: 'addresses and pods in one',
    meta: { clients: { from: [{ ipBlock: { cidr: '192.0.2.0/24' }, podSelector: {} }] } },
    says: /ipBlock stands alone/,
  },
  {
    what: 'an address instead of a range',
    meta: { clients: { from: [{ ipBlock: { cidr: '192.0.2.1' } }] } },
    says: /must be a range of addresses/,
  },
  {
    what: 'a request that is no quantity',
    meta: { resources: { requests: { cpu: 'half' } } },
    says: /requests.cpu/,
  },
  {
    what: 'a limit below the request',
    meta: { resources: { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } } },
    says: /limits must not be less than requests/,
  },
  {
    what: 'a request above the limit that nobody set',
    meta: { resources: { requests: { memory: '2Gi' } } },
    says: /limit of memory is 1Gi if none is set/,
  },
  {
    what: 'memory without a unit',
    meta: { resources: { limits: { memory: 1 } } },
    says: /memory must be at least 64Mi/,
  },
  {
    what: 'half a byte of memory',
    meta: { resources: { requests: { memory: '500m' } } },
    says: /memory must be at least 64Mi/,
  },
  {
    what: 'a resource that members do not take',
    meta: { resources: { limits: { memory: '1Gi', gpu: 1 } } },
    says: /name no other resource/,
  },
  {
    what: 'a key that no label can have',
    meta: { pod: { labels: { 'my team': 'a' } } },
    says: /keys of labels are names/,
  },
  {
    what: 'a value that no label can have',
    meta: { pod: { labels: { team: 'us & them' } } },
    says: /must be the value of a label/,
  },
  {
    what: 'a key that no annotation can have',
    meta: { pod: { annotations: { 'a//b': 'c' } } },
    says: /keys of annotations are names/,
  },
  {
    what: 'a node by a key that it cannot have',
    meta: { scheduling: { nodeSelector: { '-disk': 'ssd' } } },
    says: /keys of labels are names/,
  },
  {
    what: 'a node by a value that it cannot have',
    meta: { scheduling: { nodeSelector: { disk: 'ssd!' } } },
    says: /must be the value of a label/,
  },
  {
    what: 'namespaces by a key that they cannot have',
    meta: { clients: { from: [{ namespaceSelector: { matchLabels: { '': 'x' } } }] } },
    says: /keys of labels are names/,
  },
  {
    what: 'pods by a value that they cannot have',
    meta: { clients: { from: [{ podSelector: { matchLabels: { app: '.' } } }] } },
    says: /must be the value of a label/,
  },
  {
    what: 'a range of no addresses',
    meta: { clients: { from: [{ ipBlock: { cidr: '999.0.0.0/99' } }] } },
    says: /must be a range of addresses/,
  },
  {
    what: 'a range of IPv6 that is too narrow',
    meta: { clients: { from: [{ ipBlock: { cidr: '2001:db8::/129' } }] } },
    says: /must be a range of addresses/,
  },
  {
    what: 'no addresses left out of a range',
    meta: {
      clients: { from: [{ ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.300/32'] } }] },
    },
    says: /must be a range of addresses/,
  },
  {
    what: 'a setting that does not exist',
    meta: { configuration: { 'raft.election_timout': '2s' } },
    says: /there is no such setting/,
  },
  {
    what: 'more attempts than sense',
    meta: { remediation: { attempts: 100 } },
    says: /less than or equal to 20/,
  },
  {
    what: 'consent to recover from nobody',
    meta: { recovery: { incident: 'i' } },
    says: /recovery.member: Required/,
  },
  {
    what: 'a misspelt key',
    meta: { replica: 3 },
    says: /unknown field "spec.meta.replica"|spec.meta.replica: field not declared/,
  },
  { what: 'a name too long', meta: {}, says: /at most 40 characters/, name: 'a'.repeat(41) },
  { what: 'a name with a dot', meta: {}, says: /must begin with a letter/, name: 'a.b' },
];

/** Changes of `RIGHT`, once it is there. */
export const WRONG_CHANGES: readonly WrongSpec[] = [
  {
    what: 'another class',
    meta: { storage: { size: '10Gi', class: 'shared' } },
    says: /class cannot be changed/,
  },
  {
    what: 'no class',
    meta: { storage: { size: '10Gi', class: undefined } },
    says: /class cannot be changed/,
  },
  {
    what: 'less storage',
    meta: { storage: { size: '5Gi', class: 'pinned' } },
    says: /cannot become less/,
  },
  {
    what: 'TLS switched off',
    meta: { tls: { mode: 'Disabled' } },
    says: /mode cannot be changed/,
  },
];
