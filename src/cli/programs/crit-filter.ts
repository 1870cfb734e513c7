import { filter } from '../commands/filter/command.ts';
import { main } from '../command/main.ts';

void main(filter);
