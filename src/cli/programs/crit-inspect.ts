import { inspect } from '../commands/inspect/command.ts';
import { main } from '../command/main.ts';

void main(inspect);
