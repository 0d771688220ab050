import { expect, test } from 'vitest';
import { metricsOf } from '../../../src/platform/metrics.ts';

test('where no dataset is bound nothing is gathered', () => {
  expect(metricsOf(undefined)).toBeNull();
});

test('a dataset that fails costs a measurement and nothing else', () => {
  const written: unknown[] = [];
  const dataset: AnalyticsEngineDataset = {
    writeDataPoint(point) {
      written.push(point);
      throw new Error('over the limit');
    },
  };
  expect(() => metricsOf(dataset)?.write({ index: 'r_1', texts: ['open'], values: [1, 2] })).not.toThrow();
  expect(written).toEqual([{ indexes: ['r_1'], blobs: ['open'], doubles: [1, 2] }]);
});
