import { describe, expect, test } from 'vitest';
import { type BarChart, barChart, scaleOf } from '../../../bench/report/bar-chart.ts';

const chart = (values: (number | null)[], scale: BarChart['scale'] = 'linear'): BarChart => ({
  title: 'Bars & <more>',
  subtitle: 'in pieces',
  scale,
  series: values.map((_, index) => `series ${index}`),
  groups: [{ label: ['a group'], values }],
  show: String,
});
const heights = (svg: string) =>
  [...svg.matchAll(/width="16" height="([\d.]+)" rx="1.5"/g)].map(([, height]) => Number(height));

describe('the height of a bar', () => {
  test('is in proportion to its value on a linear scale', () => {
    const [one = 0, two = 0] = heights(barChart(chart([100, 50])));
    expect(one / two).toBeCloseTo(2, 1);
  });

  test('grows by the same for each ten times on a log scale', () => {
    const { heightOf } = scaleOf(chart([10, 100, 1000], 'log'));
    expect(heightOf(1000) - heightOf(100)).toBeCloseTo(heightOf(100) - heightOf(10), 5);
    expect(heightOf(10)).toBeGreaterThan(0);
  });
});

test('what was not measured has no bar', () => {
  expect(heights(barChart(chart([5, null, 7])))).toHaveLength(2);
});

test('a scale has lines at round values, none above the tallest bar', () => {
  expect(scaleOf(chart([2_639, 10])).ticks).toEqual([0, 1000, 2000]);
  expect(scaleOf(chart([6_830_029, 34_432], 'log')).ticks).toEqual([10_000, 100_000, 1_000_000]);
});

test('texts are escaped, and colours are given for light and dark', () => {
  const svg = barChart(chart([1]));
  expect(svg).toContain('Bars &amp; &lt;more&gt;');
  expect(svg).toContain('prefers-color-scheme: dark');
});
