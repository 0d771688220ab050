/** One measurement of an object. At most 20 values and 20 texts; `index` has at most 96 bytes. */
export interface Point {
  /** What points are sampled by where there are too many. */
  readonly index: string;
  readonly texts: readonly string[];
  readonly values: readonly number[];
}

/** Where measurements are gathered over all objects. Writing returns at once and never throws. */
export interface Metrics {
  write(point: Point): void;
}

/** Measurements into Workers Analytics Engine; null where none is bound. */
export const metricsOf = (dataset: AnalyticsEngineDataset | undefined): Metrics | null =>
  dataset === undefined
    ? null
    : {
        write({ index, texts, values }) {
          try {
            dataset.writeDataPoint({ indexes: [index], blobs: [...texts], doubles: [...values] });
          } catch {
            // One measurement less; what is measured must not suffer from it.
          }
        },
      };
