import { grep } from './commands/grep.ts';
import { main } from './main.ts';

void main(grep);
