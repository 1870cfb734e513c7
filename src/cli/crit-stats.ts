import { stats } from './commands/stats.ts';
import { main } from './main.ts';

void main(stats);
