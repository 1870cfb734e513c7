/** Instructions that the processor of the dump had and that of this host has not, where the dump wrote them down (--cpu-cap). */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';
import { INSTRUCTIONS } from './x86-instructions.ts';

export function* findCpu({ images }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const words = images.firstIfThere('cpuinfo.img', 'CPUINFO')?.x86_entry?.[0]?.capability;
  const line = /^flags\s*: (.*)$/m.exec(host.procText('cpuinfo'))?.[1];
  if (!words || line === undefined) return;
  const here = new Set(line.split(' '));
  const lacking = INSTRUCTIONS.filter(([word, bit, flag]) => ((words[word] ?? 0) >>> bit) & 1 && !here.has(flag));
  if (lacking.length === 0) return;
  const there = lacking.map(([, , flag]) => flag).join(' ');
  yield {
    severity: 'warning',
    kind: 'cpu',
    image: 'cpuinfo.img',
    message: `this processor does not have ${there}`,
    there,
    criu: 'CPU instruction capabilities do not match run time',
    mend: 'a host with them; criu restore without --cpu-cap does not look, and programs that use them crash',
  };
}
