/** What a controller needs of Kubernetes, as interfaces: the API server, a cache of it, and a model of it implement them. */

/** A kind of objects, and the shape that they have. */
export interface Resource<Shape = unknown> {
  readonly apiVersion: string;
  readonly kind: string;
  /** As in paths. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Never there: it only lets the compiler know the shape. */
  readonly shape?: Shape;
}

/** Where an object is. */
export interface Place {
  /** Undefined for kinds without namespaces. */
  readonly namespace: string | undefined;
  readonly name: string;
}

export type Labels = Readonly<Record<string, string>>;

/** Reads objects: as they are, or as they were a moment ago. */
export interface Reader {
  /** Undefined when there is none. */
  get<Shape>(resource: Resource<Shape>, place: Place): Promise<Shape | undefined>;
  /** All that have these labels; of kinds without namespaces, the namespace is undefined. */
  list<Shape>(
    resource: Resource<Shape>,
    namespace: string | undefined,
    labels: Labels,
  ): Promise<readonly Shape[]>;
}

export interface ApplyOptions {
  /** Tells what would come of it, and changes nothing. */
  readonly dryRun?: true;
  readonly subresource?: 'status';
}

export interface DeleteOptions {
  /** Another object of the same name is left alone. */
  readonly uid: string;
  readonly propagation: 'Background' | 'Orphan';
}

/**
 * Changes objects. Every failure is a KubeError; after `unknown` the change may have been made.
 */
export interface Writer {
  /**
   * Server-side apply, under the one name that this controller applies by: fields that it applied before
   * and names no more are removed. With a resourceVersion, only over that one.
   *
   * @returns the object as it is then.
   */
  apply<Shape>(
    resource: Resource<Shape>,
    object: Shape,
    place: Place,
    options?: ApplyOptions,
  ): Promise<Shape>;
  /** Done as well when there is no such object. */
  delete(resource: Resource, place: Place, options: DeleteOptions): Promise<void>;
}

export interface Kubernetes extends Reader, Writer {}
