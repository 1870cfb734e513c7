/** Curves as a picture. */

export interface Curve {
  readonly title: string;
  readonly points: readonly (readonly [count: number, seconds: number])[];
}

const WIDTH = 640;
const HEIGHT = 320;
const LEFT = 50;
const BOTTOM = 40;
const COLORS = ['#1f77b4', '#d62728', '#2ca02c'];

/** An SVG with a panel for each curve; both axes begin at 0, so that what grows in a line is a line through the corner. */
export function plot(curves: readonly Curve[]): string {
  const panels = curves.map(
    (curve, i) => `<g transform="translate(${i * WIDTH} 0)">${panel(curve, COLORS[i % COLORS.length] ?? '')}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${curves.length * WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="14">
<rect width="100%" height="100%" fill="white"/>
${panels.join('\n')}
</svg>
`;
}

function panel({ title, points }: Curve, color: string): string {
  const most = Math.max(...points.map(([count]) => count));
  const longest = Math.max(...points.map(([, seconds]) => seconds));
  const x = (count: number): number => Math.round(LEFT + (count / most) * (WIDTH - 2 * LEFT));
  const y = (seconds: number): number => Math.round(HEIGHT - BOTTOM - (seconds / longest) * (HEIGHT - 2 * BOTTOM));
  const marks = points.map(([count, seconds]) => `<circle cx="${x(count)}" cy="${y(seconds)}" r="4" fill="${color}"/>`);
  return `<path d="M${LEFT} ${BOTTOM}V${y(0)}H${WIDTH - LEFT}" fill="none" stroke="black"/>
<path d="M${x(0)} ${y(0)}L${x(most)} ${y(longest)}" stroke="#bbb" stroke-dasharray="4"/>
<polyline points="${points.map(([count, seconds]) => `${x(count)},${y(seconds)}`).join(' ')}" fill="none" stroke="${color}"/>
${marks.join('')}
<text x="${WIDTH / 2}" y="${BOTTOM - 14}" text-anchor="middle">${title}: seconds of processor time</text>
<text x="${x(most)}" y="${HEIGHT - 18}" text-anchor="middle">${most}</text><text x="${LEFT - 6}" y="${y(longest) + 5}" text-anchor="end">${longest.toFixed(1)}</text>
<text x="${LEFT - 6}" y="${y(0) + 5}" text-anchor="end">0</text>`;
}
