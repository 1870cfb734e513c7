import { grep } from '../commands/grep/command.ts';
import { main } from '../command/main.ts';

void main(grep);
