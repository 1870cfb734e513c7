/** Profiles of the commands of a pipeline as a picture. */
import type { Profile } from './profile.ts';

const WIDTH = 720;
const LABEL = 300;
const BAR = 20;
const HEAD = 34;

/** An SVG with a bar for each function of each command. */
export function profilePicture(profiles: readonly Profile[]): string {
  const drawn: string[] = [];
  let top = 0;
  for (const { command, seconds, parts } of profiles) {
    drawn.push(`<text x="10" y="${top + 22}" font-weight="bold">${command}, ${seconds.toFixed(1)} s</text>`);
    top += HEAD;
    for (const { name, share } of parts) {
      const color = name === 'waiting' ? '#bbb' : '#1f77b4';
      const width = Math.max(1, Math.round(share * (WIDTH - LABEL - 70)));
      drawn.push(
        `<text x="${LABEL - 8}" y="${top + 14}" text-anchor="end">${escaped(name)}</text>` +
          `<rect x="${LABEL}" y="${top + 2}" width="${width}" height="${BAR - 4}" fill="${color}"/>` +
          `<text x="${LABEL + width + 6}" y="${top + 14}">${(share * 100).toFixed(0)} %</text>`,
      );
      top += BAR;
    }
    top += 10;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="white"/>
${drawn.join('\n')}
</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
