/** The resource, as kubectl is asked for it; and its definition. */
export const RESOURCE = 'robustmqclusters.robustmq.io';
export const DEFINITION = `crd/${RESOURCE}`;
