// People who are drawn, so that nobody's face is in the documents.

/** What somebody looks like: the wall behind them, skin, hair and clothes. */
interface Figure {
  readonly wall: readonly [string, string];
  readonly skin: string;
  readonly hair: string;
  readonly long: boolean;
  readonly clothes: string;
}
export const FIGURES = {
  'Amara Okafor': {
    wall: ['#d9c7ae', '#a58b6f'],
    skin: '#8d5b3e',
    hair: '#1d1512',
    long: true,
    clothes: '#c8553d',
  },
  'Jonas Weber': {
    wall: ['#b9cdd6', '#7f9ba8'],
    skin: '#e6b998',
    hair: '#6a4a2f',
    long: false,
    clothes: '#2f4858',
  },
  'Lin Mei': {
    wall: ['#cfd8c4', '#93a583'],
    skin: '#edc8a3',
    hair: '#14110f',
    long: true,
    clothes: '#f1e9da',
  },
  'Sofia Rossi': {
    wall: ['#e4d3d3', '#b49393'],
    skin: '#dda982',
    hair: '#3b2317',
    long: true,
    clothes: '#3d6b63',
  },
  'Tariq Aziz': {
    wall: ['#c9c6d8', '#8a86a3'],
    skin: '#b98158',
    hair: '#241a14',
    long: false,
    clothes: '#d9a441',
  },
} as const satisfies Readonly<Record<string, Figure>>;
export type Name = keyof typeof FIGURES;

/** Takes the place of the camera, in the page. */
export function draw(figure: Figure): void {
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  const paint = (context: CanvasRenderingContext2D, time: number): void => {
    const ellipse = (x: number, y: number, wide: number, high: number, colour: string) => {
      context.fillStyle = colour;
      context.beginPath();
      context.ellipse(x, y, wide, high, 0, 0, Math.PI * 2);
      context.fill();
    };
    const [light, dark] = figure.wall;
    const wall = context.createLinearGradient(0, 0, 960, 540);
    wall.addColorStop(0, light);
    wall.addColorStop(1, dark);
    context.fillStyle = wall;
    context.fillRect(0, 0, 960, 540);
    context.fillStyle = 'rgb(255 255 255 / 18%)';
    context.fillRect(90, 60, 210, 270);
    context.fillStyle = 'rgb(0 0 0 / 8%)';
    context.fillRect(700, 300, 260, 240);
    const sway = Math.sin(time / 900) * 6;
    const x = 480 + sway;
    if (figure.long) ellipse(x, 275, 118, 165, figure.hair);
    ellipse(480, 560, 240, 170, figure.clothes);
    context.fillStyle = figure.skin;
    context.fillRect(x - 36, 320, 72, 90);
    ellipse(x, 400, 60, 30, figure.skin);
    ellipse(x, 235, 88, 112, figure.skin);
    context.save();
    context.beginPath();
    context.rect(x - 130, 90, 260, 108);
    context.clip();
    ellipse(x, 215, 98, 108, figure.hair);
    context.restore();
    for (const eye of [-34, 34]) ellipse(x + eye, 240, 8, 8, '#241a14');
    context.strokeStyle = '#7a3b33';
    context.lineWidth = 6;
    context.beginPath();
    context.arc(x, 268, 34, 0.25 * Math.PI, 0.75 * Math.PI);
    context.stroke();
  };
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await open(constraints);
    if (stream.getVideoTracks().length === 0) return stream;
    for (const track of stream.getTracks()) track.stop();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [640, 360];
    const context = canvas.getContext('2d');
    context?.scale(2 / 3, 2 / 3);
    // Seldom: a machine that shows five pages at once has enough to do.
    if (context !== null) setInterval(() => paint(context, performance.now()), 100);
    return canvas.captureStream(10);
  };
}
