/** Bars in groups, one bar of each series in each group. */
export type BarChart = {
  title: string;
  /** What the heights are, with the unit; stands below the title. */
  subtitle: string;
  scale: 'linear' | 'log';
  series: readonly string[];
  groups: readonly {
    /** Lines below the group. */
    label: readonly string[];
    /** One for each series; null where nothing was measured. */
    values: readonly (number | null)[];
  }[];
  /** What stands at a bar and at a line of the scale. */
  show: (value: number) => string;
};

/** Told apart by people who see colours differently, on light and on dark (Okabe and Ito, 2008; the grey is ours). */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#8a8f98', '#d55e00', '#cc79a7'];

const BAR = 18;
const GROUP_GAP = 24;
const LEFT = 64;
const RIGHT = 20;
const TOP = 92;
const PLOT = 260;
const LABEL_LINE = 16;
/** Width of a letter in the legend, at most. */
const LETTER = 7;
const MIN_WIDTH = 760;

const STYLE = `
  .paper { fill: #ffffff } text { fill: #1f2328; font: 12px system-ui, sans-serif }
  .title { font-size: 16px; font-weight: 600 } .quiet { fill: #57606a } .value { font-size: 11px; paint-order: stroke; stroke: #ffffff; stroke-width: 3px }
  .line { stroke: #d0d7de }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 } text { fill: #e6edf3 } .quiet { fill: #9198a1 } .line { stroke: #30363d } .value { stroke: #0d1117 }
  }`;

/** The chart as a picture that needs nothing but itself, readable on light and dark. */
export function barChart(chart: BarChart): string {
  const { series, groups } = chart;
  const groupWidth = series.length * BAR;
  const needed = LEFT + groups.length * (groupWidth + GROUP_GAP) + RIGHT;
  const width = Math.max(needed, MIN_WIDTH);
  const pitch = (width - LEFT - RIGHT) / groups.length;
  const lines = Math.max(0, ...groups.map(({ label }) => label.length));
  const bottom = TOP + PLOT;
  const height = bottom + lines * LABEL_LINE + 20;
  const { heightOf, ticks } = scaleOf(chart);

  const grid = ticks.map((tick) => {
    const y = round(bottom - heightOf(tick));
    return `<path class="line" d="M${LEFT} ${y}H${width - RIGHT}"/>${text(LEFT - 8, y + 4, plain(chart.show(tick)), 'quiet', 'end')}`;
  });
  const legend = series.map((name, index) => {
    const x = LEFT + series.slice(0, index).reduce((sum, before) => sum + before.length * LETTER + 30, 0);
    return `<rect x="${x}" y="58" width="11" height="11" rx="2" fill="${colourOf(index)}"/>${text(x + 16, 68, name)}`;
  });
  const bars = groups.flatMap(({ label, values }, group) => {
    const start = round(LEFT + group * pitch + (pitch - groupWidth) / 2);
    const below = label.map((line, index) =>
      text(
        start + groupWidth / 2,
        bottom + 18 + index * LABEL_LINE,
        line,
        index === 0 ? '' : 'quiet',
        'middle',
      ),
    );
    const standing = values.map((value, index) => {
      if (value === null) return '';
      const tall = round(Math.max(1, heightOf(value)));
      const x = start + index * BAR;
      const at = `${x + BAR / 2 + 3} ${round(bottom - tall - 5)}`;
      return (
        `<rect x="${x + 1}" y="${round(bottom - tall)}" width="${BAR - 2}" height="${tall}" rx="1.5" fill="${colourOf(index)}"/>` +
        `<text class="value" transform="translate(${at}) rotate(-90)">${escaped(chart.show(value))}</text>`
      );
    });
    return [...standing, ...below];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(chart.title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="6"/>`,
    text(LEFT, 26, chart.title, 'title'),
    text(LEFT, 45, chart.subtitle, 'quiet'),
    ...legend,
    ...grid,
    ...bars,
    '</svg>',
    '',
  ].join('\n');
}

/** Where a value stands above the ground, in pixels, and the values that get a line. */
export function scaleOf({ scale, groups }: Pick<BarChart, 'scale' | 'groups'>) {
  const values = groups.flatMap((group) => group.values.filter((value) => value !== null));
  const most = Math.max(...values, Number.MIN_VALUE);
  // The figure of the tallest bar needs its place above it.
  const room = PLOT - 40;
  if (scale === 'linear') {
    const step = stepOf(most);
    const ticks = Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
    return { heightOf: (value: number) => (value / most) * room, ticks };
  }
  const low = Math.floor(Math.log10(Math.min(...values, most))) - 0.3;
  const high = Math.log10(most);
  const ticks = Array.from(
    { length: Math.max(0, Math.floor(high) - Math.ceil(low) + 1) },
    (_, index) => 10 ** (Math.ceil(low) + index),
  );
  return {
    heightOf: (value: number) => Math.max(0, ((Math.log10(value) - low) / (high - low)) * room),
    ticks,
  };
}

/** 1, 2 or 5 times a power of ten, so that there are about four lines. */
function stepOf(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const times = [1, 2, 5, 10].find((each) => each * power >= most / 4) ?? 10;
  return times * power;
}

/** Without zeros that say nothing: "10.0 k" → "10 k". */
const plain = (value: string) => value.replace(/(\.\d*?)0+(?!\d)/, '$1').replace(/\.(?!\d)/, '');
const colourOf = (index: number) => COLOURS[index % COLOURS.length] ?? '';
const round = (value: number) => Math.round(value * 10) / 10;

function text(x: number, y: number, value: string, style = '', anchor = 'start'): string {
  const of = style === '' ? '' : ` class="${style}"`;
  return `<text${of} x="${x}" y="${y}" text-anchor="${anchor}">${escaped(value)}</text>`;
}

const escaped = (value: string) =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
