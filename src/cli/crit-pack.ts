import { pack } from './commands/pack.ts';
import { main } from './main.ts';

void main(pack);
