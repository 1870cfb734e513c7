import { pack } from '../commands/pack/command.ts';
import { main } from '../command/main.ts';

void main(pack);
