import { mem } from '../commands/mem/command.ts';
import { main } from '../command/main.ts';

void main(mem);
