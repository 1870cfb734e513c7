import { stats } from '../commands/stats/command.ts';
import { main } from '../command/main.ts';

void main(stats);
