import { cat } from '../commands/cat/command.ts';
import { main } from '../command/main.ts';

void main(cat);
